// A driver of a fuzz target for compilers without libFuzzer: TARGET [--runs N] [--seed S] PATH...
//
// Owns: running the files given, and those of the directories given, then N mutations of them. The
// run numbered i is made from the seed S + i alone, so a run that fails is repeated by its seed.
// Not: searching; that is libFuzzer's (tools/fuzz).
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/random.h"
#include "tests/fuzz/mutate.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

// The sanitizers end a process without a signal by default, which would hide what was running.
extern "C" const char* __asan_default_options() { return "abort_on_error=1"; }
extern "C" const char* __ubsan_default_options() { return "abort_on_error=1:print_stacktrace=1"; }

namespace ashlar::fuzz {
namespace {

// What runs now, for the signal handler: written before every run, so as plain bytes.
std::array<char, 512> running;
size_t running_size = 0;

void NoteRunning(std::string_view what) {
  running_size = std::min(what.size(), running.size());
  std::copy_n(what.begin(), running_size, running.begin());
}

void OnCrash(int signal_number) {
  constexpr std::string_view kPrefix = "fuzz: failed on ";
  // Nothing can be done about a failing write while crashing.
  [[maybe_unused]] ssize_t written = write(STDERR_FILENO, kPrefix.data(), kPrefix.size());
  written = write(STDERR_FILENO, running.data(), running_size);
  written = write(STDERR_FILENO, "\n", 1);
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

void CatchCrashes() {
  for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    // A sanitizer's own handler, where there is one, tells more; it ends in SIGABRT.
    struct sigaction existing = {};
    sigaction(number, nullptr, &existing);
    if (existing.sa_handler == SIG_DFL) signal(number, OnCrash);
  }
}

struct Arguments {
  uint64_t runs = 0;
  uint64_t seed = 1;
  std::vector<std::filesystem::path> paths;
};

std::optional<uint64_t> ParseNumber(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Arguments> ParseArguments(const std::vector<std::string>& words) {
  Arguments arguments;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] != "--runs" && words[i] != "--seed") {
      arguments.paths.emplace_back(words[i]);
      continue;
    }
    uint64_t& number = words[i] == "--runs" ? arguments.runs : arguments.seed;
    const std::optional<uint64_t> value =
        i + 1 < words.size() ? ParseNumber(words[i + 1]) : std::nullopt;
    if (!value.has_value()) return std::nullopt;
    number = *value;
    ++i;
  }
  if (arguments.paths.empty()) return std::nullopt;
  return arguments;
}

// The files in a fixed order: mutations depend on it.
std::vector<std::filesystem::path> ListFiles(const std::vector<std::filesystem::path>& paths) {
  std::vector<std::filesystem::path> files;
  for (const std::filesystem::path& path : paths) {
    if (!std::filesystem::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

void RunOne(const std::string& input) {
  // An exact copy on the heap lets AddressSanitizer see a read past the end.
  const std::vector<uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

bool ReplayFiles(const std::vector<std::filesystem::path>& files,
                 std::vector<std::string>* inputs) {
  for (const std::filesystem::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
      std::fprintf(stderr, "fuzz: cannot read %s\n", file.c_str());
      return false;
    }
    inputs->emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    NoteRunning(file.native());
    RunOne(inputs->back());
  }
  return true;
}

void RunMutations(const Arguments& arguments, const std::vector<std::string>& inputs) {
  for (uint64_t run = 0; run < arguments.runs; ++run) {
    const uint64_t seed = arguments.seed + run;
    NoteRunning("--runs 1 --seed " + std::to_string(seed));
    base::Random random(seed);
    const std::string& input = inputs[static_cast<size_t>(random.Uniform(inputs.size()))];
    const std::string& other = inputs[static_cast<size_t>(random.Uniform(inputs.size()))];
    RunOne(Mutate(input, other, random));
  }
}

int Main(const std::vector<std::string>& words) {
  const std::optional<Arguments> arguments = ParseArguments(words);
  if (!arguments.has_value()) {
    std::fprintf(stderr, "usage: TARGET [--runs N] [--seed S] PATH...\n");
    return 2;
  }
  CatchCrashes();
  std::vector<std::string> inputs;
  if (!ReplayFiles(ListFiles(arguments->paths), &inputs)) return 1;
  if (inputs.empty()) {
    std::fprintf(stderr, "fuzz: no input in the paths given\n");
    return 1;
  }
  RunMutations(*arguments, inputs);
  std::printf("fuzz: %zu files and %llu mutations ran\n", inputs.size(),
              static_cast<unsigned long long>(arguments->runs));
  return 0;
}

}  // namespace
}  // namespace ashlar::fuzz

int main(int argc, char** argv) {
  return ashlar::fuzz::Main(std::vector<std::string>(argv + 1, argv + argc));
}
