// A language host for `pulumi package add`: it writes SDKs and links them, as Pulumi's own hosts of this version do. It passes
// every other call on to the older host in the folder above. Pulumi's own hosts come with its installer, and not as Go modules.
//
//	sdks/pulumi-language-go [flags] <engine address>
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	pygen "github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"golang.org/x/mod/modfile"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
)

func main() {
	if err := serve(os.Args[0], os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Starts the older host, which runs beside this one and ends when the engine ends.
func serve(self string, args []string) error {
	name := filepath.Base(self)
	older := exec.Command(filepath.Join(filepath.Dir(self), "..", name), args...)
	older.Stderr = os.Stderr
	output, err := older.StdoutPipe()
	if err != nil {
		return err
	}
	if err := older.Start(); err != nil {
		return err
	}
	lines := bufio.NewReader(output)
	port, err := lines.ReadString('\n')
	if err != nil {
		return fmt.Errorf("%s gave no port: %w", name, err)
	}
	go func() { _, _ = io.Copy(os.Stdout, lines) }()
	connection, err := grpc.NewClient("127.0.0.1:"+strings.TrimSpace(port),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(codec{}), grpc.MaxCallRecvMsgSize(400<<20)))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	language, known := languages[strings.TrimSuffix(strings.TrimPrefix(name, "pulumi-language-"), ".exe")]
	if !known {
		return fmt.Errorf("%s: no such language", name)
	}
	server := grpc.NewServer(grpc.ForceServerCodec(codec{}), grpc.MaxRecvMsgSize(400<<20),
		grpc.UnknownServiceHandler(func(_ any, from grpc.ServerStream) error { return handOn(connection, from) }))
	// Only these two methods are registered, so the handler of unknown methods gets every other call.
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: pulumirpc.LanguageRuntime_ServiceDesc.ServiceName,
		Methods:     []grpc.MethodDesc{method("GeneratePackage", language.generate), method("Link", language.linked)},
	}, nil)
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	return server.Serve(listener)
}

type language struct {
	files func(*schema.Package) (map[string][]byte, error)
	// Names the SDK in the program's list of dependencies.
	link func(program, path string) error
}

var languages = map[string]language{
	"go": {
		files: func(pkg *schema.Package) (map[string][]byte, error) {
			return gogen.GeneratePackage("pulumi-language-go", pkg, nil)
		},
		link: func(program, path string) error {
			sdk, err := os.ReadFile(filepath.Join(program, path, "go.mod"))
			if err != nil {
				return err
			}
			file := filepath.Join(program, "go.mod")
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			module, err := modfile.Parse(file, text, nil)
			if err != nil {
				return err
			}
			if err := module.AddReplace(modfile.ModulePath(sdk), "", "./"+filepath.ToSlash(path), ""); err != nil {
				return err
			}
			written, err := module.Format()
			if err != nil {
				return err
			}
			return os.WriteFile(file, written, 0o644)
		},
	},
	"python": {
		files: func(pkg *schema.Package) (map[string][]byte, error) {
			return pygen.GeneratePackage("pulumi-language-python", pkg, nil, nil)
		},
		link: func(program, path string) error {
			file := filepath.Join(program, "requirements.txt")
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			return os.WriteFile(file, []byte(strings.TrimRight(string(text), "\n")+"\n"+path+"\n"), 0o644)
		},
	},
}

func (l language) generate(request *pulumirpc.GeneratePackageRequest) (*pulumirpc.GeneratePackageResponse, error) {
	var spec schema.PackageSpec
	if err := json.Unmarshal([]byte(request.Schema), &spec); err != nil {
		return nil, err
	}
	pkg, diagnostics, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	answer := &pulumirpc.GeneratePackageResponse{Diagnostics: plugin.HclDiagnosticsToRPCDiagnostics(diagnostics)}
	if diagnostics.HasErrors() {
		return answer, nil
	}
	files, err := l.files(pkg)
	if err != nil {
		return nil, err
	}
	for name, content := range files {
		path := filepath.Join(request.Directory, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return nil, err
		}
	}
	return answer, nil
}

func (l language) linked(request *pulumirpc.LinkRequest) (*pulumirpc.LinkResponse, error) {
	for _, dependency := range request.Packages {
		if err := l.link(request.Info.ProgramDirectory, dependency.Path); err != nil {
			return nil, err
		}
	}
	return &pulumirpc.LinkResponse{}, nil
}

func method[Request, Answer any](name string, answer func(*Request) (*Answer, error)) grpc.MethodDesc {
	return grpc.MethodDesc{
		MethodName: name,
		Handler: func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			request := new(Request)
			if err := decode(request); err != nil {
				return nil, err
			}
			return answer(request)
		},
	}
}

// A message that is passed on unchanged.
type message struct{ bytes []byte }

type codec struct{}

func (codec) Name() string { return "proto" }

func (codec) Marshal(value any) ([]byte, error) {
	if whole, ok := value.(*message); ok {
		return whole.bytes, nil
	}
	return proto.Marshal(value.(proto.Message))
}

func (codec) Unmarshal(bytes []byte, value any) error {
	if whole, ok := value.(*message); ok {
		whole.bytes = append([]byte(nil), bytes...)
		return nil
	}
	return proto.Unmarshal(bytes, value.(proto.Message))
}

// Passes a call on to the older host. Each call has one request, and may have many answers.
func handOn(to *grpc.ClientConn, from grpc.ServerStream) error {
	name, _ := grpc.MethodFromServerStream(from)
	var request message
	if err := from.RecvMsg(&request); err != nil {
		return err
	}
	stream, err := to.NewStream(from.Context(), &grpc.StreamDesc{ServerStreams: true}, name)
	if err != nil {
		return err
	}
	if err := stream.SendMsg(&request); err != nil {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	for {
		var answer message
		if err := stream.RecvMsg(&answer); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := from.SendMsg(&answer); err != nil {
			return err
		}
	}
}
