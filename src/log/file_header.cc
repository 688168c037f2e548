// Encoding and checking the header of a log file. See file_header.h.
#include "src/log/file_header.h"

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/crc32c.h"
#include "src/base/strings.h"
#include "src/log/damaged.h"
#include "src/segment/fixed_record.h"

namespace ashlar::log {
namespace {

using segment::AllZero;
using segment::FieldBytes;
using segment::FixedRecord;
using segment::ReadField;

}  // namespace

std::string EncodeFileHeader(const FileHeader& header) {
  ASHLAR_CHECK(header.number > 0);
  FixedRecord<format::header::kSize> bytes;
  bytes.PutBytes(format::header::kMagic, base::AsBytes(format::kMagic));
  bytes.Put(format::header::kVersion, format::kVersion);
  bytes.Put(format::header::kFlags, format::kKnownFlags);
  bytes.Put(format::header::kNumber, header.number);
  bytes.Put(format::header::kPreviousNumber, header.previous.number);
  bytes.Put(format::header::kPreviousBytes, header.previous.bytes);
  bytes.Put(format::header::kFileBytes, header.file_bytes);
  bytes.Seal(format::header::kCrc);
  return std::string(base::AsStringView(bytes.bytes()));
}

absl::StatusOr<FileHeader> DecodeFileHeader(std::span<const std::byte> block,
                                            std::string_view name) {
  namespace h = format::header;
  if (block.size() < h::kSize)
    return Damaged(name, "the file ends within its header", block.size());
  block = block.first(h::kSize);
  if (base::AsStringView(FieldBytes(block, h::kMagic)) != format::kMagic) {
    return Damaged(name, "not a commit log", 0);
  }
  FileHeader header;
  header.crc = ReadField<uint32_t>(block, h::kCrc);
  if (header.crc != base::Crc32c(block.first(h::kCrc.offset))) {
    return Damaged(name, "the header's checksum does not match", h::kCrc.offset);
  }
  const uint32_t version = ReadField<uint32_t>(block, h::kVersion);
  if (version != format::kVersion) {
    return absl::UnimplementedError(
        base::StrCat(name, ": commit log format version ", version, " is too ",
                     version < format::kVersion ? "old" : "new", " for this program, which reads ",
                     format::kVersion));
  }
  const uint32_t flags = ReadField<uint32_t>(block, h::kFlags);
  if ((flags & ~format::kKnownFlags) != 0) {
    return absl::UnimplementedError(
        base::StrCat(name, ": commit log feature flags ", flags, " are too new for this program"));
  }
  header.number = ReadField<uint64_t>(block, h::kNumber);
  header.previous = {ReadField<uint64_t>(block, h::kPreviousNumber),
                     ReadField<uint64_t>(block, h::kPreviousBytes)};
  header.file_bytes = ReadField<uint64_t>(block, h::kFileBytes);
  const bool follows = header.previous.number < header.number &&
                       (header.previous.number > 0 || header.previous.bytes == 0) &&
                       header.previous.bytes % format::kBlockBytes == 0;
  if (!follows) return Damaged(name, "an impossible previous log", h::kPreviousNumber.offset);
  if (!AllZero(FieldBytes(block, h::kZeros))) {
    return Damaged(name, "padding is not zero", h::kZeros.offset);
  }
  return header;
}

}  // namespace ashlar::log
