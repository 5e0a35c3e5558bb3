package report

// EyesClosedEvidence labels evidence of eyes_visible for eyes that are seen but closed; without it the eyes are covered
// or cut, which is told as "features not visible".
const EyesClosedEvidence = "closed_eye"

// ReasonFor returns the return reason that a failed check gives.
func ReasonFor(c Check) Reason {
	switch c.ID {
	case FileType:
		return ReasonNotAPhoto
	case FileIntact:
		return ReasonFileDamaged
	case FileSize:
		return ReasonFileSize
	case PixelSize, Aspect:
		return ReasonPixelSize
	case FaceCount:
		return ReasonNotOneFace
	case HeadSize:
		return ReasonHeadSize
	case HeadPosition:
		return ReasonHeadPosition
	case Pose:
		return ReasonPose
	case EyesVisible:
		for _, e := range c.Evidence {
			if e.Label == EyesClosedEvidence {
				return ReasonEyesClosed
			}
		}
		return ReasonFeaturesNotVisible
	case FeaturesVisible:
		return ReasonFeaturesNotVisible
	case Expression:
		return ReasonExpression
	case TooDark:
		return ReasonTooDark
	case TooBright:
		return ReasonTooBright
	case EvenLight:
		return ReasonUnevenLight
	case Glare:
		return ReasonGlare
	case Sharpness:
		return ReasonBlurred
	case Background:
		return ReasonBackground
	case PaperPrint:
		return ReasonPaperPhoto
	case ScreenCapture:
		return ReasonScreenPhoto
	default:
		return ReasonOther
	}
}
