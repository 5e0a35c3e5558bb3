package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
)

// ModelsVariable names the environment variable with the folder of the models.
const ModelsVariable = "PRPORTAL_MODELS"

// FindModels is the folder of the models: the one given, else that of PRPORTAL_MODELS, else "models" beside the program that
// runs. It must exist.
func FindModels(given string, getenv func(string) string) (string, error) {
	dir := given
	if dir == "" {
		dir = getenv(ModelsVariable)
	}
	if dir == "" {
		self, err := os.Executable()
		if err != nil {
			return "", fmt.Errorf("find the folder of the models: %w", err)
		}
		dir = filepath.Join(filepath.Dir(self), "models")
	}
	dir, err := filepath.Abs(dir) // a child works in another folder
	if err != nil {
		return "", fmt.Errorf("find the folder of the models: %w", err)
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", fmt.Errorf("there is no folder of models at %s: make models fills one, -models or %s names another", dir, ModelsVariable)
	}
	return dir, nil
}
