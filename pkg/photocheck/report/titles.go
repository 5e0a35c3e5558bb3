package report

// Title returns a short name of the check for tables, in "en" or "fr"; any other language gets English.
func (id CheckID) Title(lang string) string {
	if lang == "fr" {
		return titles[id][1]
	}
	return titles[id][0]
}

var titles = map[CheckID][2]string{
	FileType:        {"Type of file", "Type de fichier"},
	FileSize:        {"Size of the file", "Taille du fichier"},
	FileIntact:      {"File complete", "Fichier complet"},
	PixelSize:       {"Size in pixels", "Taille en pixels"},
	Aspect:          {"Shape", "Format"},
	Colour:          {"Colour", "Couleur"},
	FaceCount:       {"One face", "Un seul visage"},
	HeadSize:        {"Size of the head", "Taille de la tête"},
	HeadPosition:    {"Position of the head", "Position de la tête"},
	Pose:            {"Pose", "Pose"},
	EyesVisible:     {"Eyes open and visible", "Yeux ouverts et visibles"},
	FeaturesVisible: {"Features visible", "Traits visibles"},
	Expression:      {"Expression", "Expression"},
	TooDark:         {"Dark", "Trop sombre"},
	TooBright:       {"Bright", "Trop claire"},
	EvenLight:       {"Even light", "Lumière égale"},
	Glare:           {"Glare", "Reflet"},
	Sharpness:       {"Sharpness", "Netteté"},
	Background:      {"Background", "Arrière-plan"},
	PaperPrint:      {"Paper print", "Photo sur papier"},
	ScreenCapture:   {"Picture of a screen", "Image d’un écran"},
}
