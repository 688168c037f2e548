// DumpLines: an annotated listing of a file's bytes, as text or JSON.
//
// Owns: the form of a dump. Does not own: what the bytes mean (segment_dump.h).
#ifndef ASHLAR_SRC_SEGMENT_DUMP_LINES_H_
#define ASHLAR_SRC_SEGMENT_DUMP_LINES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ashlar::segment {

// Bytes [offset, offset + size) of the file, or a heading when size is 0.
struct DumpLine {
  uint64_t offset = 0;
  uint64_t size = 0;
  uint32_t depth = 0;
  std::string note;
  bool bad = false;  // the bytes are damaged or not what they should be
};

class DumpLines {
 public:
  // `file` must outlive the listing.
  explicit DumpLines(std::span<const std::byte> file) : file_(file) {}

  // Parts outside of the file are cut off.
  void Add(uint64_t offset, uint64_t size, uint32_t depth, std::string note, bool bad = false);
  [[nodiscard]] bool any_bad() const { return any_bad_; }

  // "offset  sixteen hex bytes  note" a line; more bytes of an entry follow on lines without note,
  // up to a limit; what is left out is counted.
  [[nodiscard]] std::string ToText() const;
  // {"file":…,"bytes":…,"damaged":…,"entries":[{"offset":…,"size":…,"depth":…,"hex":…,"note":…},…]}
  [[nodiscard]] std::string ToJson(std::string_view file_name) const;

 private:
  [[nodiscard]] std::span<const std::byte> Shown(const DumpLine& line) const;

  std::span<const std::byte> file_;
  std::vector<DumpLine> lines_;
  bool any_bad_ = false;
};

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_DUMP_LINES_H_
