// An annotated dump of a commit log file, for people and for tests.
//
// Owns: naming every byte of a file, with the constants and decoders that the reader uses, and as
// careful as these. Does not own: its rendering (segment/dump_lines.h), nor judging what follows
// the last group: that needs the other logs and the manifest. Groups that stand behind it are
// shown, for they are what a torn write left or what an older log had in the same file.
#ifndef ASHLAR_SRC_LOG_LOG_DUMP_H_
#define ASHLAR_SRC_LOG_LOG_DUMP_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace ashlar::log {

struct LogDumpResult {
  std::string output;
  bool damaged =
      false;  // the header is not good, or a group behind the end says that there is more
};

// `file` holds the whole file; `name` is for messages.
[[nodiscard]] LogDumpResult DumpLog(std::span<const std::byte> file, std::string_view name,
                                    bool json);

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_LOG_DUMP_H_
