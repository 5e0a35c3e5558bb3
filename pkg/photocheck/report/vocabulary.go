package report

// CheckID names a check. The ids are part of the wire contract: one may be added, none changed.
type CheckID string

const (
	FileType        CheckID = "file_type"
	FileSize        CheckID = "file_size"
	FileIntact      CheckID = "file_intact"
	PixelSize       CheckID = "pixel_size"
	Aspect          CheckID = "aspect"
	Colour          CheckID = "colour"
	FaceCount       CheckID = "face_count"
	HeadSize        CheckID = "head_size"
	HeadPosition    CheckID = "head_position"
	Pose            CheckID = "pose"
	EyesVisible     CheckID = "eyes_visible"
	FeaturesVisible CheckID = "features_visible"
	Expression      CheckID = "expression"
	TooDark         CheckID = "too_dark"
	TooBright       CheckID = "too_bright"
	EvenLight       CheckID = "even_light"
	Glare           CheckID = "glare"
	Sharpness       CheckID = "sharpness"
	Background      CheckID = "background"
	PaperPrint      CheckID = "paper_print"
	ScreenCapture   CheckID = "screen_capture"
)

// CheckIDs returns every check id in table order.
func CheckIDs() []CheckID {
	return []CheckID{
		FileType, FileSize, FileIntact, PixelSize, Aspect, Colour, FaceCount, HeadSize, HeadPosition, Pose, EyesVisible,
		FeaturesVisible, Expression, TooDark, TooBright, EvenLight, Glare, Sharpness, Background, PaperPrint, ScreenCapture,
	}
}

// Reason is why a photo is returned, in words that an applicant is told.
type Reason string

const (
	ReasonTooDark            Reason = "too_dark"
	ReasonFeaturesNotVisible Reason = "features_not_visible"
	ReasonGlare              Reason = "glare"
	ReasonPaperPhoto         Reason = "paper_photo"
	ReasonBackground         Reason = "background"
	ReasonPixelSize          Reason = "pixel_size"
	ReasonFileSize           Reason = "file_size"
	ReasonBlurred            Reason = "blurred"
	ReasonTooBright          Reason = "too_bright"
	ReasonUnevenLight        Reason = "uneven_light"
	ReasonHeadSize           Reason = "head_size"
	ReasonHeadPosition       Reason = "head_position"
	ReasonPose               Reason = "pose"
	ReasonNotOneFace         Reason = "not_one_face"
	ReasonNotAPhoto          Reason = "not_a_photo"
	ReasonFileDamaged        Reason = "file_damaged"
	ReasonEyesClosed         Reason = "eyes_closed"
	ReasonExpression         Reason = "expression"
	ReasonHeadCovering       Reason = "head_covering"
	ReasonScreenPhoto        Reason = "screen_photo"
	ReasonNotRecent          Reason = "not_recent"
	ReasonAltered            Reason = "altered"
	ReasonWrongPerson        Reason = "wrong_person"
	ReasonOther              Reason = "other"
)

// Reasons returns every return reason, in the order an officer is offered them.
func Reasons() []Reason {
	return []Reason{
		ReasonTooDark, ReasonFeaturesNotVisible, ReasonGlare, ReasonPaperPhoto, ReasonBackground, ReasonPixelSize,
		ReasonFileSize, ReasonBlurred, ReasonTooBright, ReasonUnevenLight, ReasonHeadSize, ReasonHeadPosition, ReasonPose,
		ReasonNotOneFace, ReasonNotAPhoto, ReasonFileDamaged, ReasonEyesClosed, ReasonExpression, ReasonHeadCovering,
		ReasonScreenPhoto, ReasonNotRecent, ReasonAltered, ReasonWrongPerson, ReasonOther,
	}
}
