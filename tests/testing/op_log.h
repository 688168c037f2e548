// OpLog: what was done to a file system, in order, from a known beginning.
//
// Owns: the record that crash states and order checks are computed from. Does not own: recording
// (recording_file_system.h) nor judging. Files are known by a number, because names move.
#ifndef ASHLAR_TESTS_TESTING_OP_LOG_H_
#define ASHLAR_TESTS_TESTING_OP_LOG_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ashlar::testkit {

enum class OpKind : uint8_t {
  kCreate,
  kAppend,
  kWriteBlocks,  // In place, of a block file.
  kTruncate,
  kGrow,  // Zeros up to the new size, allocated ahead.
  kSync,
  kRename,
  kUnlink,
  kMakeDirectory,
  kSyncDirectory,
};

struct Op {
  OpKind kind = OpKind::kCreate;
  std::string name;    // The file's name at the time, or the directory's.
  std::string target;  // kRename: the new name.
  uint64_t file = 0;   // Not for directories.
  // kAppend, kWriteBlocks: where the bytes went; kTruncate, kGrow: the new size.
  uint64_t offset = 0;
  std::string bytes;  // kAppend, kWriteBlocks.
};

// Something that the test wants to find again, for example an acknowledged commit.
struct OpMark {
  size_t op_count = 0;  // Operations before the mark.
  std::string text;
};

// A directory tree.
struct FileTree {
  std::map<std::string, std::string> files;
  std::set<std::string> directories;

  friend bool operator==(const FileTree&, const FileTree&) = default;
};

struct OpLog {
  FileTree initial;                              // Durable in full.
  std::map<std::string, uint64_t> file_numbers;  // Of the initial files.
  std::vector<Op> ops;
  std::vector<OpMark> marks;
};

// "" for an entry of the root.
[[nodiscard]] inline std::string DirectoryOf(std::string_view name) {
  const size_t slash = name.find('/');
  return std::string(slash == std::string_view::npos ? std::string_view() : name.substr(0, slash));
}

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_TESTING_OP_LOG_H_
