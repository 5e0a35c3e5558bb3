package photocheck

import "os"

// ModelsOfTests is the folder of models that tests open.
func ModelsOfTests() string {
	if dir := os.Getenv("PRPORTAL_MODELS"); dir != "" {
		return dir
	}
	return "../../models"
}
