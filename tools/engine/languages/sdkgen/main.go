// Checks a package schema as Pulumi does, and writes the SDKs a program of Go or Python needs: the work of `pulumi package add`
// where the language host is too old to do it.
//
//	sdkgen <schema.json> <folder>
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	pygen "github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "pulumi-alicloud-fc"

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(schemaFile, folder string) error {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return err
	}
	pkg, diagnostics, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
	if err != nil {
		return err
	}
	for _, diagnostic := range diagnostics {
		fmt.Printf("%s\n", diagnostic.Error())
	}
	if diagnostics.HasErrors() {
		return fmt.Errorf("the schema is refused")
	}
	golang, err := gogen.GeneratePackage(tool, pkg, nil)
	if err != nil {
		return err
	}
	python, err := pygen.GeneratePackage(tool, pkg, nil, nil)
	if err != nil {
		return err
	}
	if err := write(filepath.Join(folder, "go"), golang); err != nil {
		return err
	}
	return write(filepath.Join(folder, "python"), python)
}

func write(folder string, files map[string][]byte) error {
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
