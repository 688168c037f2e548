// AddRecord(): the fields of a record, one line each, in a dump.
//
// Owns: how the value of a field is shown, and which fields can be judged by themselves (checksums
// and zeros). Does not own: where records lie (segment_dump.h, key_dump.h).
#ifndef ASHLAR_SRC_SEGMENT_DUMP_RECORDS_H_
#define ASHLAR_SRC_SEGMENT_DUMP_RECORDS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/segment/dump_lines.h"
#include "src/segment/fixed_record.h"

namespace ashlar::segment {

// The record of `size` bytes at `offset` lies in `file` (checked).
template <size_t N>
void AddRecord(DumpLines& lines, std::span<const std::byte> file, uint64_t offset, uint32_t size,
               const std::array<format::FixedField, N>& fields, uint32_t depth) {
  namespace f = format;
  ASHLAR_CHECK(offset <= file.size() && size <= file.size() - offset);
  const std::span<const std::byte> record = file.subspan(offset, size);
  for (const f::FixedField& field : fields) {
    std::string note(field.name);
    const std::span<const std::byte> bytes = FieldBytes(record, field);
    bool bad = false;
    if (field.name == f::header::kCrc.name) {
      bad = ReadField<uint32_t>(record, field) != base::Crc32c(record.first(field.offset));
      note += bad ? ": wrong" : ": right";
    } else if (field.name == f::header::kMagic.name) {
      note += base::StrCat(": ", base::QuoteForMessage(base::AsStringView(bytes)));
    } else if (field.name == f::header::kZeros.name) {
      bad = !AllZero(bytes);
      note = bad ? "zeros: not all zero" : "zeros";
    } else if (field.size <= sizeof(uint64_t)) {
      note += base::StrCat(": ", ReadNumber(record, field));
    }
    lines.Add(offset + field.offset, field.size, depth, std::move(note), bad);
  }
}

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_DUMP_RECORDS_H_
