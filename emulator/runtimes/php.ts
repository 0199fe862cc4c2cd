/** Handlers in PHP, run by the `php` of this machine. */
import * as path from "node:path";

import { type Language, MAX_RESPONSE_BYTES } from "./language";

/** Source of the script that runs a PHP handler in an instance, with the same protocol as for Node.js. */
const SOURCE = String.raw`<?php
namespace FcEmulator;

// Output is never buffered, so that an uncaught error or exit() in a handler can be distinguished from a kill.
ini_set("display_errors", "stderr");
ini_set("log_errors", "0");
error_reporting(E_ALL);

final class Runner {
  private $channel;
  private string $code;
  private int $limit;
  private array $loaded = [];

  public function __construct(string $code, int $limit) {
    $this->channel = fopen("php://fd/3", "r+");
    $this->code = $code;
    $this->limit = $limit;
  }

  public function serve(): void {
    while (($line = fgets($this->channel)) !== false) {
      $request = json_decode($line, true, 64);
      $answer = $this->answer($request);
      // Output of the handler that PHP has buffered belongs to this request.
      while (ob_get_level() > 0) ob_end_flush();
      flush();
      foreach (["php://stdout", "php://stderr"] as $stream) {
        file_put_contents($stream, "\0" . $request["token"] . "\n");
      }
      $answer["token"] = $request["token"];
      $answer["memory"] = memory_get_peak_usage(true) / 1048576;
      $this->write(json_encode($answer, JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
    }
  }

  private function answer(array $request): array {
    try {
      $handler = $this->load($request["handler"]);
      $context = $request["context"];
      $value = $request["call"] === "handle"
        ? $handler(base64_decode($request["event"]), $context)
        : $handler($context);
      $bytes = self::bytes($value);
      if (strlen($bytes) > $this->limit) {
        throw new \RuntimeException("the response is larger than {$this->limit} bytes");
      }
      return ["result" => base64_encode($bytes)];
    } catch (\Throwable $error) {
      fwrite(STDERR, "$error\n");
      return [
        "error" => [
          "errorMessage" => $error->getMessage(),
          "errorType" => get_class($error),
          "stackTrace" => explode("\n", $error->getTraceAsString()),
        ],
        "handled" => false,
      ];
    }
  }

  private function load(string $name): callable {
    $dot = strrpos($name, ".");
    $file = $this->code . "/" . substr($name, 0, $dot) . ".php";
    if (!is_file($file)) throw new \RuntimeException("'" . basename($file) . "' is missing in the code package");
    if (!isset($this->loaded[$file])) {
      include_file($file);
      $this->loaded[$file] = true;
    }
    $function = substr($name, $dot + 1);
    if (!is_callable($function)) throw new \RuntimeException("handler '$name' is not a function");
    return $function;
  }

  private static function bytes($value): string {
    if (is_string($value)) return $value;
    return $value === null ? "" : json_encode($value);
  }

  private function write(string $text): void {
    for ($done = 0; $done < strlen($text); $done += $sent) {
      $sent = fwrite($this->channel, substr($text, $done));
      if ($sent === false || $sent === 0) exit(1);
    }
  }
}

// A separate function, so that the user's file has no access to variables of the runner.
function include_file(): void {
  require_once func_get_arg(0);
}

(new Runner($argv[1], (int) $argv[2]))->serve();
`;

export const PHP: Language = {
  runtimes: /^php/,
  needs: ["php"],
  install: "Debian: apt-get install php-cli; macOS: brew install php",
  scripts: { "php.php": SOURCE },
  layerPaths: {},
  start: ({ code, layers, scripts, memoryMb }) => ({
    command: "php",
    args: [
      ...["-d", `include_path=.:${code}:${path.join(layers, "php")}`, "-d", `memory_limit=${memoryMb}M`],
      ...[path.join(scripts, "php.php"), code, String(MAX_RESPONSE_BYTES)],
    ],
  }),
};
