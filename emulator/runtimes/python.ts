/** Handlers in Python, run by the `python3` of this machine. */
import * as path from "node:path";

import { type Language, MAX_RESPONSE_BYTES } from "./language";

/** Source of the script that runs a Python handler in an instance, with the same protocol as for Node.js. */
const SOURCE = String.raw`import base64
import importlib.util
import json
import logging
import os
import resource
import socket
import sys
import traceback

CODE_FOLDER = sys.argv[1]
REPLY_LIMIT = int(sys.argv[2])
sys.argv = [""]
os.set_inheritable(3, False)
sys.path[0] = CODE_FOLDER
logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s [%(levelname)s] %(message)s")


class Part:
    def __init__(self, **values):
        self.__dict__.update(values)


class Credentials(Part):
    pass


class FunctionMeta(Part):
    pass


class ServiceMeta(Part):
    pass


class Tracing(Part):
    pass


class FCContext(Part):
    pass


def context_of(given, runtime):
    function = given["function"]
    service = given["service"]
    meta = dict(
        name=function["name"], handler=function["handler"], memory=function["memory"], timeout=function["timeout"]
    )
    common = dict(request_id=given["requestId"], region=given["region"], account_id=given["accountId"])
    if runtime == "python3.12":
        meta.update(version_id=service["versionId"], qualifier=service["qualifier"])
        common.update(
            function=FunctionMeta(**meta),
            log_project=service["logProject"],
            log_store=service["logStore"],
            logger=logging.getLogger(),
        )
        return FCContext(**common)
    keys = given["credentials"]
    return FCContext(
        credentials=Credentials(
            access_key_id=keys["accessKeyId"],
            access_key_secret=keys["accessKeySecret"],
            security_token=keys["securityToken"],
        ),
        function=FunctionMeta(**meta),
        service=ServiceMeta(
            name=service["name"],
            log_project=service["logProject"],
            log_store=service["logStore"],
            qualifier=service["qualifier"],
            version_id=service["versionId"],
        ),
        tracing=Tracing(
            span_context=given["tracing"]["openTracingSpanContext"],
            jaeger_endpoint=given["tracing"]["jaegerEndpoint"],
            span_baggages=given["tracing"]["openTracingSpanBaggages"],
        ),
        **common,
    )


LOADED = {}


def load(name):
    if name in LOADED:
        return LOADED[name]
    module_name, _, function = name.rpartition(".")
    if module_name not in LOADED:
        file = os.path.join(CODE_FOLDER, module_name + ".py")
        if not os.path.exists(file):
            raise ImportError("module '%s' is missing in the code package" % module_name)
        spec = importlib.util.spec_from_file_location(module_name.replace("/", "."), file)
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        LOADED[module_name] = module
    LOADED[name] = getattr(LOADED[module_name], function)
    return LOADED[name]


def to_bytes(value):
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    if isinstance(value, str):
        return value.encode()
    return b"" if value is None else json.dumps(value).encode()


def run(request):
    context = context_of(request["context"], request["runtime"])
    try:
        handler = load(request["handler"])
        arguments = [base64.b64decode(request["event"])] if request["call"] == "handle" else []
        result = to_bytes(handler(*arguments, context))
        if len(result) > REPLY_LIMIT:
            raise ValueError("the response is larger than %d bytes" % REPLY_LIMIT)
        return {"result": base64.b64encode(result).decode()}
    except Exception as error:
        traceback.print_exc()
        frames = [[f.filename, f.lineno, f.name, f.line] for f in traceback.extract_tb(error.__traceback__)[1:]]
        body = {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": frames}
        return {"error": body, "handled": False}


def main():
    channel = socket.socket(fileno=3)
    for line in channel.makefile("r", encoding="utf-8"):
        request = json.loads(line)
        answer = run(request)
        mark = ("\0" + request["token"] + "\n").encode()
        for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
            stream.flush()
            os.write(number, mark)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        answer.update(token=request["token"], memory=peak / (1024 * 1024 if sys.platform == "darwin" else 1024))
        channel.sendall((json.dumps(answer) + "\n").encode())


main()
`;

export const PYTHON: Language = {
  runtimes: /^python3/,
  needs: ["python3"],
  install: "Debian: apt-get install python3; macOS: brew install python",
  scripts: { "python.py": SOURCE },
  layerPaths: { PYTHONPATH: "python" },
  start: ({ code, scripts }) => ({
    command: "python3",
    args: ["-u", "-X", "utf8", path.join(scripts, "python.py"), code, String(MAX_RESPONSE_BYTES)],
  }),
};
