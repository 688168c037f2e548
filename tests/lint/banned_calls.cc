// The banned calls and how they are found: as whole words of code, not as members of an object.
#include "tests/lint/banned_calls.h"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "src/base/strings.h"

namespace ashlar::lint {
namespace {

constexpr std::string_view kFiles = "ashlar::io::FileSystem";
constexpr std::string_view kClock = "ashlar::base::Clock";
constexpr std::string_view kRandom = "ashlar::base::Random";
constexpr std::string_view kThreads = "ashlar::base::ThreadPool";
constexpr std::string_view kWait = "a condition variable or an injected clock";

struct Banned {
  std::string_view call;
  std::string_view instead;
};

constexpr std::array<Banned, 24> kBanned = {{{"open(", kFiles},
                                             {"openat(", kFiles},
                                             {"fopen(", kFiles},
                                             {"::read(", kFiles},
                                             {"::write(", kFiles},
                                             {"pread(", kFiles},
                                             {"pwrite(", kFiles},
                                             {"fsync(", kFiles},
                                             {"fdatasync(", kFiles},
                                             {"mmap(", kFiles},
                                             {"munmap(", kFiles},
                                             {"madvise(", kFiles},
                                             {"ftruncate(", kFiles},
                                             {"unlink(", kFiles},
                                             {"::rename(", kFiles},
                                             {"std::random_device", kRandom},
                                             {"rand(", kRandom},
                                             {"std::chrono::system_clock::now", kClock},
                                             {"std::this_thread::sleep_for", kWait},
                                             {"std::this_thread::sleep_until", kWait},
                                             {"usleep(", kWait},
                                             {"std::thread", kThreads},
                                             {"std::jthread", kThreads},
                                             {"std::async", kThreads}}};

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// A member (file.open), a longer word (reopen) or another namespace's (io::read) is something else;
// std:: and the global :: are not another namespace.
bool IsOtherBefore(std::string_view code, size_t at, bool global_name) {
  const std::string_view before = code.substr(0, at);
  if (before.empty()) return false;
  if (IsWord(before.back()) || before.back() == '.' || before.ends_with("->")) return true;
  if (!before.ends_with("::")) return false;
  if (global_name || before.ends_with("std::")) return false;
  return before.size() > 2 && IsWord(before[before.size() - 3]);
}

bool IsOtherAfter(std::string_view call, std::string_view code, size_t end) {
  if (call.ends_with('(') || end >= code.size()) return false;
  // std::thread::hardware_concurrency starts no thread.
  return IsWord(code[end]) || code.substr(end).starts_with("::");
}

bool Calls(std::string_view code, std::string_view call) {
  for (size_t at = code.find(call); at != code.npos; at = code.find(call, at + 1)) {
    if (!IsOtherBefore(code, at, call.starts_with("::")) &&
        !IsOtherAfter(call, code, at + call.size())) {
      return true;
    }
  }
  return false;
}

bool IsExempt(std::string_view path) {
  return path.starts_with("src/io/") || path.starts_with("src/base/") || path.starts_with("tests/");
}

}  // namespace

std::vector<Finding> CheckBannedCalls(const SourceFile& file) {
  if (IsExempt(file.path)) return {};
  std::vector<Finding> findings;
  for (size_t i = 0; i < file.code.size(); ++i) {
    for (const Banned& banned : kBanned) {
      if (!Calls(file.code[i], banned.call)) continue;
      findings.push_back(
          {file.path, i + 1, base::StrCat(banned.call, " is banned: use ", banned.instead)});
    }
  }
  return findings;
}

}  // namespace ashlar::lint
