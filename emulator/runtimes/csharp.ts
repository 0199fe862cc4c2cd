/**
 * Handlers in C#, compiled by `mcs` and run by `mono`.
 *
 * The code package contains compiled assemblies, as the service requires. The emulator accepts sources as well, and
 * compiles every `.cs` file into the assembly that the handler names. The vendor's interfaces are declared below, with
 * the members that the documentation describes.
 */
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";

import { type Language, MAX_RESPONSE_BYTES, NotRunnable, type Places } from "./language";

/** Source of the assembly `Aliyun.Serverless.Core`. Source of the names: documentation of the C# runtime. */
const CORE_SOURCE = String.raw`
namespace Aliyun.Serverless.Core {
  using Microsoft.Extensions.Logging;
  public interface ICredentials { string AccessKeyId { get; } string AccessKeySecret { get; } string SecurityToken { get; } }
  public interface IFunctionParameter {
    string FunctionName { get; } string FunctionHandler { get; } int MaxMemoryMB { get; }
    System.TimeSpan FunctionTimeout { get; }
  }
  public interface IServiceMeta {
    string ServiceName { get; } string LogProject { get; } string LogStore { get; }
    string Qualifier { get; } string VersionId { get; }
  }
  public interface IFcLogger : ILogger { LogLevel EnabledLogLevel { get; set; } }
  public interface IFcContext {
    string RequestId { get; } IFunctionParameter FunctionParam { get; } IFcLogger Logger { get; }
    ICredentials Credentials { get; } string AccountId { get; } string Region { get; } IServiceMeta ServiceMeta { get; }
  }
}
`;

/** Source of the assembly `Microsoft.Extensions.Logging.Abstractions`, with only the parts that handlers need for logging. */
const LOGGING_SOURCE = String.raw`
namespace Microsoft.Extensions.Logging {
  using System;
  public enum LogLevel { Trace, Debug, Information, Warning, Error, Critical, None }
  public struct EventId {
    readonly int id; readonly string name;
    public EventId(int id, string name = null) { this.id = id; this.name = name; }
    public int Id { get { return id; } }
    public string Name { get { return name; } }
    public static implicit operator EventId(int id) { return new EventId(id); }
  }
  public interface ILogger {
    void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception exception, Func<TState, Exception, string> formatter);
    bool IsEnabled(LogLevel logLevel);
    IDisposable BeginScope<TState>(TState state);
  }
  public static class LoggerExtensions {
    static string Text(string message, object[] args) {
      if (args == null || args.Length == 0 || message == null) return message ?? "";
      // Names in braces count as places, in their order: {0} and {user} alike.
      var text = new System.Text.StringBuilder();
      for (int at = 0, next = 0; at < message.Length; at++) {
        int close = message[at] == '{' ? message.IndexOf('}', at) : -1;
        if (close < 0 || next >= args.Length) { text.Append(message[at]); continue; }
        text.Append(args[next] ?? "(null)"); next++; at = close;
      }
      return text.ToString();
    }
    public static void Log(this ILogger logger, LogLevel level, string message, params object[] args) {
      logger.Log<object>(level, 0, null, null, (state, error) => Text(message, args));
    }
    static void Write(ILogger logger, LogLevel level, Exception error, string message, object[] args) {
      logger.Log<object>(level, 0, null, error, (state, thrown) => Text(message, args));
    }
    public static void LogTrace(this ILogger logger, string message, params object[] args) { Write(logger, LogLevel.Trace, null, message, args); }
    public static void LogDebug(this ILogger logger, string message, params object[] args) { Write(logger, LogLevel.Debug, null, message, args); }
    public static void LogInformation(this ILogger logger, string message, params object[] args) { Write(logger, LogLevel.Information, null, message, args); }
    public static void LogWarning(this ILogger logger, string message, params object[] args) { Write(logger, LogLevel.Warning, null, message, args); }
    public static void LogError(this ILogger logger, string message, params object[] args) { Write(logger, LogLevel.Error, null, message, args); }
    public static void LogCritical(this ILogger logger, string message, params object[] args) { Write(logger, LogLevel.Critical, null, message, args); }
    public static void LogError(this ILogger logger, Exception exception, string message, params object[] args) { Write(logger, LogLevel.Error, exception, message, args); }
    public static void LogWarning(this ILogger logger, Exception exception, string message, params object[] args) { Write(logger, LogLevel.Warning, exception, message, args); }
  }
}
`;

/** Source of the program that runs a C# handler in an instance, with the same protocol as for Node.js. */
const RUNNER_SOURCE = String.raw`
using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Tasks;
using Aliyun.Serverless.Core;
using Microsoft.Extensions.Logging;

static class Runner {
  [DllImport("libc", SetLastError = true)] static extern IntPtr read(int fd, byte[] data, IntPtr count);
  [DllImport("libc", SetLastError = true)] static extern IntPtr write(int fd, byte[] data, IntPtr count);

  static readonly Dictionary<string, MethodInfo> methods = new Dictionary<string, MethodInfo>();
  static readonly Dictionary<Type, object> targets = new Dictionary<Type, object>();
  static readonly Stream stdout = Console.OpenStandardOutput();
  static readonly Stream stderr = Console.OpenStandardError();
  static string[] folders;
  static int limit;

  static void Main(string[] args) {
    folders = new[] { args[0], args[1] };
    limit = int.Parse(args[2]);
    Console.SetOut(new StreamWriter(stdout) { AutoFlush = true });
    Console.SetError(new StreamWriter(stderr) { AutoFlush = true });
    AppDomain.CurrentDomain.AssemblyResolve += (sender, wanted) => Find(new AssemblyName(wanted.Name).Name);
    foreach (string line in Lines()) {
      var request = (Dictionary<string, object>)Json.Parse(line);
      string token = (string)request["token"];
      var answer = Answer(request);
      Console.Out.Flush();
      Console.Error.Flush();
      byte[] mark = Encoding.UTF8.GetBytes("\0" + token + "\n");
      foreach (Stream stream in new[] { stdout, stderr }) { stream.Write(mark, 0, mark.Length); stream.Flush(); }
      answer["token"] = token;
      answer["memory"] = System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0;
      Send(Json.Text(answer) + "\n");
    }
  }

  static Dictionary<string, object> Answer(Dictionary<string, object> request) {
    try {
      var context = new Context((Dictionary<string, object>)request["context"]);
      bool handle = (string)request["call"] == "handle";
      MethodInfo method = Method((string)request["handler"]);
      object result = Call(method, handle ? Convert.FromBase64String((string)request["event"]) : null, context);
      byte[] bytes = Bytes(result);
      if (bytes.Length > limit) throw new InvalidOperationException("the response is larger than " + limit + " bytes");
      return new Dictionary<string, object> { { "result", Convert.ToBase64String(bytes) } };
    } catch (Exception thrown) {
      Exception error = thrown;
      while ((error is TargetInvocationException || error is AggregateException) && error.InnerException != null) error = error.InnerException;
      Console.Error.WriteLine(error);
      var trace = new List<object>();
      foreach (string frame in (error.StackTrace ?? "").Split('\n')) if (frame.Trim() != "") trace.Add(frame.Trim());
      var body = new Dictionary<string, object> { { "errorMessage", error.Message }, { "errorType", error.GetType().Name }, { "stackTrace", trace } };
      return new Dictionary<string, object> { { "error", body }, { "handled", false } };
    }
  }

  static object Call(MethodInfo method, byte[] input, Context context) {
    var arguments = new List<object>();
    foreach (ParameterInfo parameter in method.GetParameters()) {
      if (parameter.ParameterType.IsAssignableFrom(typeof(Context)) && parameter.ParameterType != typeof(object)) arguments.Add(context);
      else if (parameter.ParameterType == typeof(Stream)) arguments.Add(new MemoryStream(input ?? new byte[0]));
      else if (parameter.ParameterType == typeof(byte[])) arguments.Add(input ?? new byte[0]);
      else if (parameter.ParameterType == typeof(string)) arguments.Add(JsonOrText(input));
      else throw new NotSupportedException("the emulator passes Stream, string, byte[] and IFcContext to a handler, not " + parameter.ParameterType);
    }
    object target = null;
    if (!method.IsStatic && !targets.TryGetValue(method.DeclaringType, out target)) {
      target = Activator.CreateInstance(method.DeclaringType, true);
      targets[method.DeclaringType] = target;
    }
    object result = method.Invoke(target, arguments.ToArray());
    var task = result as Task;
    if (task == null) return result;
    task.GetAwaiter().GetResult();
    PropertyInfo value = task.GetType().GetProperty("Result");
    return value == null || value.PropertyType.Name == "VoidTaskResult" ? null : value.GetValue(task, null);
  }

  static string JsonOrText(byte[] input) {
    string text = Encoding.UTF8.GetString(input ?? new byte[0]);
    try { return Json.Parse(text) as string ?? text; } catch (FormatException) { return text; }
  }

  static byte[] Bytes(object result) {
    if (result == null) return new byte[0];
    var bytes = result as byte[];
    if (bytes != null) return bytes;
    var stream = result as Stream;
    if (stream == null) return Encoding.UTF8.GetBytes(Json.Text(result));
    using (var copy = new MemoryStream()) {
      if (stream.CanSeek) stream.Position = 0;
      stream.CopyTo(copy);
      return copy.ToArray();
    }
  }

  static MethodInfo Method(string handler) {
    MethodInfo known;
    if (methods.TryGetValue(handler, out known)) return known;
    string[] parts = handler.Split(new[] { "::" }, StringSplitOptions.None);
    if (parts.Length != 3) throw new ArgumentException("handler '" + handler + "' is not of the form Assembly::Namespace.Class::Method");
    Assembly assembly = Find(parts[0]);
    if (assembly == null) throw new FileNotFoundException("assembly '" + parts[0] + "' is missing in the code package");
    Type type = assembly.GetType(parts[1]);
    if (type == null) throw new TypeLoadException("class '" + parts[1] + "' is missing in assembly '" + parts[0] + "'");
    MethodInfo method = type.GetMethod(parts[2], BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static);
    if (method == null) throw new MissingMethodException("method '" + parts[2] + "' is missing in class '" + parts[1] + "'");
    methods[handler] = method;
    return method;
  }

  static Assembly Find(string name) {
    foreach (string folder in folders)
      foreach (string end in new[] { ".dll", ".exe" }) {
        string file = Path.Combine(folder, name + end);
        if (File.Exists(file)) return Assembly.LoadFrom(file);
      }
    return null;
  }

  static IEnumerable<string> Lines() {
    var rest = new MemoryStream();
    var data = new byte[65536];
    for (;;) {
      int count = (int)read(3, data, (IntPtr)data.Length);
      if (count <= 0) yield break;
      int from = 0;
      for (int at = 0; at < count; at++) {
        if (data[at] != 10) continue;
        rest.Write(data, from, at - from);
        from = at + 1;
        string line = Encoding.UTF8.GetString(rest.ToArray());
        rest.SetLength(0);
        yield return line;
      }
      rest.Write(data, from, count - from);
    }
  }

  static void Send(string text) {
    byte[] data = Encoding.UTF8.GetBytes(text);
    while (data.Length > 0) {
      int sent = (int)write(3, data, (IntPtr)data.Length);
      if (sent <= 0) Environment.Exit(1);
      var left = new byte[data.Length - sent];
      Array.Copy(data, sent, left, 0, left.Length);
      data = left;
    }
  }
}

sealed class Context : IFcContext, IFunctionParameter, ICredentials, IServiceMeta {
  readonly Dictionary<string, object> given;
  public Context(Dictionary<string, object> given) { this.given = given; Logger = new OutLogger(); }
  string Of(string part, string name) { return Convert.ToString(((Dictionary<string, object>)given[part])[name], CultureInfo.InvariantCulture); }
  public string RequestId { get { return (string)given["requestId"]; } }
  public string AccountId { get { return (string)given["accountId"]; } }
  public string Region { get { return (string)given["region"]; } }
  public IFunctionParameter FunctionParam { get { return this; } }
  public ICredentials Credentials { get { return this; } }
  public IServiceMeta ServiceMeta { get { return this; } }
  public IFcLogger Logger { get; private set; }
  public string FunctionName { get { return Of("function", "name"); } }
  public string FunctionHandler { get { return Of("function", "handler"); } }
  public int MaxMemoryMB { get { return int.Parse(Of("function", "memory")); } }
  public TimeSpan FunctionTimeout { get { return TimeSpan.FromSeconds(int.Parse(Of("function", "timeout"))); } }
  public string AccessKeyId { get { return Of("credentials", "accessKeyId"); } }
  public string AccessKeySecret { get { return Of("credentials", "accessKeySecret"); } }
  public string SecurityToken { get { return Of("credentials", "securityToken"); } }
  public string ServiceName { get { return Of("service", "name"); } }
  public string LogProject { get { return Of("service", "logProject"); } }
  public string LogStore { get { return Of("service", "logStore"); } }
  public string Qualifier { get { return Of("service", "qualifier"); } }
  public string VersionId { get { return Of("service", "versionId"); } }
}

sealed class OutLogger : IFcLogger, IDisposable {
  public LogLevel EnabledLogLevel { get; set; }
  public OutLogger() { EnabledLogLevel = LogLevel.Trace; }
  public bool IsEnabled(LogLevel level) { return level >= EnabledLogLevel && level != LogLevel.None; }
  public IDisposable BeginScope<TState>(TState state) { return this; }
  public void Dispose() { }
  public void Log<TState>(LogLevel level, EventId id, TState state, Exception error, Func<TState, Exception, string> formatter) {
    if (!IsEnabled(level)) return;
    string time = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
    Console.WriteLine(time + " [" + level.ToString().ToUpperInvariant() + "] " + formatter(state, error) + (error == null ? "" : "\n" + error));
  }
}

static class Json {
  public static object Parse(string text) {
    int at = 0;
    object value = Value(text, ref at);
    Space(text, ref at);
    if (at != text.Length) throw new FormatException("text after JSON");
    return value;
  }
  static void Space(string text, ref int at) { while (at < text.Length && char.IsWhiteSpace(text[at])) at++; }
  static char Next(string text, ref int at) { if (at >= text.Length) throw new FormatException("JSON ends early"); return text[at++]; }
  static object Value(string text, ref int at) {
    Space(text, ref at);
    if (at >= text.Length) throw new FormatException("JSON ends early");
    char first = text[at];
    if (first == '"') { at++; return Chars(text, ref at); }
    if (first == '{') {
      var members = new Dictionary<string, object>();
      for (at++; ; ) {
        Space(text, ref at);
        char next = Next(text, ref at);
        if (next == '}') return members;
        if (next == ',') continue;
        if (next != '"') throw new FormatException("a JSON name is expected");
        string name = Chars(text, ref at);
        Space(text, ref at);
        if (Next(text, ref at) != ':') throw new FormatException("a JSON colon is expected");
        members[name] = Value(text, ref at);
      }
    }
    if (first == '[') {
      var items = new List<object>();
      for (at++; ; ) {
        Space(text, ref at);
        if (at < text.Length && text[at] == ']') { at++; return items; }
        if (at < text.Length && text[at] == ',') { at++; continue; }
        items.Add(Value(text, ref at));
      }
    }
    int from = at;
    while (at < text.Length && ",]} \t\r\n".IndexOf(text[at]) < 0) at++;
    string word = text.Substring(from, at - from);
    if (word == "true") return true;
    if (word == "false") return false;
    if (word == "null") return null;
    return double.Parse(word, CultureInfo.InvariantCulture);
  }
  static string Chars(string text, ref int at) {
    var result = new StringBuilder();
    for (;;) {
      char next = Next(text, ref at);
      if (next == '"') return result.ToString();
      if (next != '\\') { result.Append(next); continue; }
      char escaped = Next(text, ref at);
      if (escaped == 'u') { result.Append((char)int.Parse(text.Substring(at, 4), NumberStyles.HexNumber)); at += 4; }
      else { int known = "bfnrt".IndexOf(escaped); result.Append(known < 0 ? escaped : "\b\f\n\r\t"[known]); }
    }
  }
  public static string Text(object value) { var text = new StringBuilder(); Write(value, text); return text.ToString(); }
  static void Write(object value, StringBuilder text) {
    if (value == null) text.Append("null");
    else if (value is string || value is char || value is Enum || value is Guid) Quote(value.ToString(), text);
    else if (value is bool) text.Append((bool)value ? "true" : "false");
    else if (value is DateTime) Quote(((DateTime)value).ToString("o", CultureInfo.InvariantCulture), text);
    else if (value is IFormattable) text.Append(((IFormattable)value).ToString(value is double || value is float ? "R" : null, CultureInfo.InvariantCulture));
    else if (value is IDictionary) {
      string between = "{";
      foreach (DictionaryEntry entry in (IDictionary)value) { text.Append(between); Quote(entry.Key.ToString(), text); text.Append(':'); Write(entry.Value, text); between = ","; }
      text.Append(between == "{" ? "{}" : "}");
    } else if (value is IEnumerable) {
      text.Append('[');
      string between = "";
      foreach (object item in (IEnumerable)value) { text.Append(between); Write(item, text); between = ","; }
      text.Append(']');
    } else {
      text.Append('{');
      string between = "";
      foreach (PropertyInfo property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)) {
        if (property.GetIndexParameters().Length > 0) continue;
        text.Append(between); Quote(property.Name, text); text.Append(':'); Write(property.GetValue(value, null), text); between = ",";
      }
      text.Append('}');
    }
  }
  static void Quote(string value, StringBuilder text) {
    text.Append('"');
    foreach (char one in value) {
      if (one == '"' || one == '\\') text.Append('\\').Append(one);
      else if (one < ' ') text.Append("\\u").Append(((int)one).ToString("x4"));
      else text.Append(one);
    }
    text.Append('"');
  }
}
`;

const LOGGING = "Microsoft.Extensions.Logging.Abstractions.dll";
const CORE = "Aliyun.Serverless.Core.dll";
const RUNNER = "runner.exe";

const run = promisify(execFile);

/** The runner and the interfaces, compiled once for each folder of scripts. */
const compiled = new Map<string, Promise<void>>();

export const CSHARP: Language = {
  runtimes: /^dotnet/,
  needs: ["mcs", "mono"],
  install: "Debian: apt-get install mono-mcs mono-runtime; macOS: brew install mono",
  scripts: { "logging.cs": LOGGING_SOURCE, "core.cs": CORE_SOURCE, "runner.cs": RUNNER_SOURCE },
  layerPaths: {},
  prepare: async (places) => {
    let own = compiled.get(places.scripts);
    if (own === undefined) {
      own = compileOwn(places.scripts);
      compiled.set(places.scripts, own);
    }
    await own;
    await compileSources(places);
  },
  start: ({ code, work, scripts }) => ({
    command: "mono",
    args: [path.join(scripts, RUNNER), code, work, String(MAX_RESPONSE_BYTES)],
  }),
};

async function compileOwn(folder: string): Promise<void> {
  await compile(folder, LOGGING, [], ["logging.cs"]);
  await compile(folder, CORE, [LOGGING], ["core.cs"]);
  await compile(folder, RUNNER, [LOGGING, CORE], ["runner.cs"]);
}

/** Compiles the sources of a package that has no assembly of the handler's name. */
async function compileSources({ code, work, scripts, handler }: Places): Promise<void> {
  const assembly = handler.split("::")[0] ?? "";
  const isThere = [".dll", ".exe"].some((end) => fs.existsSync(path.join(code, `${assembly}${end}`)));
  const sources = fs
    .readdirSync(code, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".cs"))
    .map((name) => path.join(code, name));
  if (isThere || sources.length === 0 || !/^[\w.]+$/.test(assembly)) return;
  const packed = fs.readdirSync(code).filter((name) => name.endsWith(".dll"));
  const references = [...[LOGGING, CORE].map((name) => path.join(scripts, name)), ...packed.map((name) => path.join(code, name))]; // prettier-ignore
  await compile(work, `${assembly}.dll`, references, sources);
}

async function compile(folder: string, output: string, references: string[], sources: string[]): Promise<void> {
  const target = output.endsWith(".exe") ? "exe" : "library";
  const args = ["-nologo", `-target:${target}`, `-out:${output}`, ...references.map((file) => `-r:${file}`), ...sources]; // prettier-ignore
  try {
    await run("mcs", args, { cwd: folder, env: { PATH: process.env["PATH"] ?? "", HOME: folder, LANG: "C.UTF-8" } });
  } catch (error) {
    const { stdout, stderr, message } = error as { stdout?: string; stderr?: string; message: string };
    throw new NotRunnable(`its C# sources do not compile: ${`${stdout ?? ""}${stderr ?? ""}`.trim() || message}`);
  }
}
