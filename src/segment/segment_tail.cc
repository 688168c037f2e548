// Encoding and suspicious decoding of header, footer and tail; see the header.
#include "src/segment/segment_tail.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/coding.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/columnar/schema_codec.h"
#include "src/segment/fixed_record.h"

namespace ashlar::segment {
namespace {

namespace f = format;

absl::Status Damaged(std::string_view file, std::string_view what, uint64_t offset) {
  return absl::DataLossError(base::StrCat(file, ": ", what, " at offset ", offset));
}

// Magic, checksum, version and flags stand in the same places in every version of the format, and
// the checksum is judged first: "damaged" and "too new" are different answers.
absl::Status CheckFrame(std::span<const std::byte> record, uint64_t offset, std::string_view magic,
                        const f::FixedField& crc, const f::FixedField& zeros,
                        std::string_view file) {
  if (base::AsStringView(FieldBytes(record, f::header::kMagic)) != magic) {
    return Damaged(file, base::StrCat("no ", magic, " magic"), offset);
  }
  if (ReadField<uint32_t>(record, crc) != base::Crc32c(record.first(crc.offset))) {
    return Damaged(file, base::StrCat("wrong checksum of the ", magic, " record"), offset);
  }
  const auto version = ReadField<uint32_t>(record, f::header::kVersion);
  if (version != f::kVersion) {
    return absl::UnimplementedError(base::StrCat(
        file, ": segment format version ", version,
        version > f::kVersion ? " is too new: written by a newer version, this one knows "
                              : " is too old, this one knows ",
        f::kVersion));
  }
  const uint32_t unknown = ReadField<uint32_t>(record, f::header::kFlags) & ~f::kKnownFlags;
  if (unknown != 0) {
    char hex[16];
    const auto end = std::to_chars(hex, hex + sizeof(hex), unknown & (~unknown + 1), 16).ptr;
    return absl::UnimplementedError(base::StrCat(
        file, ": feature flag 0x", std::string_view(hex, static_cast<size_t>(end - hex)),
        " is unknown: written by a newer version"));
  }
  if (!AllZero(FieldBytes(record, zeros))) {
    return Damaged(file, "padding is not zero", offset + zeros.offset);
  }
  return absl::OkStatus();
}

static_assert(f::header::kMagic.offset == f::footer::kMagic.offset);
static_assert(f::header::kVersion.offset == f::footer::kVersion.offset);
static_assert(f::header::kFlags.offset == f::footer::kFlags.offset);

// Where the tables end and the padding in front of the footer begins, within the tail.
uint64_t TablesEnd(const SegmentFooter& footer) {
  return uint64_t{footer.schema_size} + footer.table_size + footer.keys_size + footer.pages_size;
}

std::string EncodeFooter(const SegmentFooter& footer) {
  FixedRecord<f::footer::kSize> record;
  record.PutBytes(f::footer::kMagic, base::AsBytes(f::kFooterMagic));
  record.Put(f::footer::kVersion, f::kVersion);
  record.Put(f::footer::kId, footer.id);
  record.Put(f::footer::kRows, footer.rows);
  record.PutBytes(f::footer::kDigest, footer.digest.bytes);
  record.Put(f::footer::kTailOffset, footer.tail_offset);
  record.Put(f::footer::kSchemaOffset, 0);
  record.Put(f::footer::kSchemaSize, footer.schema_size);
  record.Put(f::footer::kTableOffset, footer.schema_size);
  record.Put(f::footer::kTableSize, footer.table_size);
  record.Put(f::footer::kKeysOffset, footer.schema_size + footer.table_size);
  record.Put(f::footer::kKeysSize, footer.keys_size);
  record.Put(f::footer::kPagesOffset, TablesEnd(footer) - footer.pages_size);
  record.Put(f::footer::kPagesSize, footer.pages_size);
  record.Put(f::footer::kChunkCount, footer.chunk_count);
  record.Put(f::footer::kPageCount, PageCount(footer.tail_offset));
  record.Put(f::footer::kReferenceCount, footer.reference_count);
  record.Seal(f::footer::kCrc);
  return std::string(base::AsStringView(record.bytes()));
}

// The tables must lie one behind the other and fill the tail, and the counts agree with them.
bool TablesFit(std::span<const std::byte> record, const SegmentFooter& footer, uint64_t file_size) {
  const uint64_t pages = ReadField<uint32_t>(record, f::footer::kPageCount);
  return footer.tail_offset >= f::kBodyOffset && footer.tail_offset % f::kAlignment == 0 &&
         footer.tail_offset <= file_size && footer.tail_size() == file_size - footer.tail_offset &&
         ReadField<uint32_t>(record, f::footer::kSchemaOffset) == 0 &&
         ReadField<uint32_t>(record, f::footer::kTableOffset) == footer.schema_size &&
         ReadField<uint32_t>(record, f::footer::kKeysOffset) ==
             uint64_t{footer.schema_size} + footer.table_size &&
         ReadField<uint32_t>(record, f::footer::kPagesOffset) ==
             TablesEnd(footer) - footer.pages_size &&
         pages == PageCount(footer.tail_offset) && footer.pages_size == pages * sizeof(uint32_t);
}

}  // namespace

uint64_t SegmentFooter::tail_size() const {
  return base::AlignUp(TablesEnd(*this), f::kAlignment) + f::footer::kSize;
}

std::string EncodeHeader(const SegmentHeader& header) {
  FixedRecord<f::header::kSize> record;
  record.PutBytes(f::header::kMagic, base::AsBytes(f::kHeaderMagic));
  record.Put(f::header::kVersion, f::kVersion);
  record.Put(f::header::kId, header.id);
  record.Put(f::header::kFingerprint, header.fingerprint);
  record.Put(f::header::kRows, header.rows);
  record.Put(f::header::kCreated, static_cast<uint64_t>(header.created_us));
  record.Put(f::header::kCompacted, static_cast<uint64_t>(header.compacted_us));
  record.Seal(f::header::kCrc);
  return std::string(base::AsStringView(record.bytes()));
}

absl::StatusOr<SegmentHeader> DecodeHeader(std::span<const std::byte> bytes,
                                           std::string_view file) {
  if (bytes.size() < f::header::kSize) return Damaged(file, "the header is cut short", 0);
  bytes = bytes.first(f::header::kSize);
  RETURN_IF_ERROR(CheckFrame(bytes, 0, f::kHeaderMagic, f::header::kCrc, f::header::kZeros, file));
  return SegmentHeader{.id = ReadField<uint64_t>(bytes, f::header::kId),
                       .fingerprint = ReadField<uint64_t>(bytes, f::header::kFingerprint),
                       .rows = ReadField<uint64_t>(bytes, f::header::kRows),
                       .created_us = ReadField<int64_t>(bytes, f::header::kCreated),
                       .compacted_us = ReadField<int64_t>(bytes, f::header::kCompacted)};
}

absl::StatusOr<std::string> EncodeTail(SegmentTail* tail) {
  base::ByteWriter out;
  columnar::EncodeSchema(tail->schema, out);
  const size_t schema_end = out.size();
  EncodeChunkTable(tail->table, out);
  const size_t table_end = out.size();
  EncodeKeyTable(tail->keys, out);
  const size_t keys_end = out.size();
  out.PutBytes(base::AsBytes(tail->page_crcs));
  if (out.size() > UINT32_MAX)
    return absl::InvalidArgumentError("the segment's tables are too large");
  SegmentFooter& footer = tail->footer;
  ASHLAR_CHECK(tail->page_crcs.size() == PageCount(footer.tail_offset));
  footer.schema_size = static_cast<uint32_t>(schema_end);
  footer.table_size = static_cast<uint32_t>(table_end - schema_end);
  footer.keys_size = static_cast<uint32_t>(keys_end - table_end);
  footer.pages_size = static_cast<uint32_t>(out.size() - keys_end);
  footer.chunk_count = static_cast<uint32_t>(tail->table.size());
  footer.reference_count = tail->table.CountReferences();
  out.Pad(f::kAlignment);
  out.PutBytes(base::AsBytes(EncodeFooter(footer)));
  ASHLAR_CHECK(out.size() == footer.tail_size());
  return out.Take();
}

absl::StatusOr<SegmentFooter> DecodeFooter(std::span<const std::byte> bytes, uint64_t file_size,
                                           std::string_view file) {
  if (bytes.size() != f::footer::kSize || file_size < f::header::kSize + f::footer::kSize) {
    return Damaged(file, "the file is too short for a segment", file_size);
  }
  const uint64_t offset = file_size - f::footer::kSize;
  RETURN_IF_ERROR(
      CheckFrame(bytes, offset, f::kFooterMagic, f::footer::kCrc, f::footer::kZeros, file));
  SegmentFooter footer{.id = ReadField<uint64_t>(bytes, f::footer::kId),
                       .rows = ReadField<uint64_t>(bytes, f::footer::kRows),
                       .digest = {},
                       .tail_offset = ReadField<uint64_t>(bytes, f::footer::kTailOffset),
                       .schema_size = ReadField<uint32_t>(bytes, f::footer::kSchemaSize),
                       .table_size = ReadField<uint32_t>(bytes, f::footer::kTableSize),
                       .pages_size = ReadField<uint32_t>(bytes, f::footer::kPagesSize),
                       .chunk_count = ReadField<uint32_t>(bytes, f::footer::kChunkCount),
                       .reference_count = ReadField<uint32_t>(bytes, f::footer::kReferenceCount),
                       .keys_size = ReadField<uint32_t>(bytes, f::footer::kKeysSize)};
  std::ranges::copy(FieldBytes(bytes, f::footer::kDigest), footer.digest.bytes.begin());
  if (footer.rows > base::kMaxSegmentRows || file_size > base::kMaxSegmentBytes) {
    return Damaged(file, "more rows or bytes than a segment may have", offset);
  }
  if (!TablesFit(bytes, footer, file_size)) {
    return Damaged(file, "the footer's tables do not fit the file", offset);
  }
  return footer;
}

absl::StatusOr<SegmentTail> DecodeTail(const SegmentFooter& footer,
                                       std::span<const std::byte> bytes, std::string_view file) {
  ASHLAR_CHECK(bytes.size() == footer.tail_size());
  SegmentTail tail{.footer = footer, .schema = {}, .table = {}, .keys = {}, .page_crcs = {}};
  base::ByteReader schema(bytes.first(footer.schema_size), file, footer.tail_offset);
  ASSIGN_OR_RETURN(tail.schema, columnar::DecodeSchema(schema));
  RETURN_IF_ERROR(schema.Finish());
  const uint64_t table_offset = footer.tail_offset + footer.schema_size;
  base::ByteReader table(bytes.subspan(footer.schema_size, footer.table_size), file, table_offset);
  // The key sections end the body, so their table says where the chunks must end.
  base::ByteReader keys(bytes.subspan(footer.schema_size + footer.table_size, footer.keys_size),
                        file, table_offset + footer.table_size);
  ASSIGN_OR_RETURN(
      tail.keys,
      DecodeKeyTable({.chunk_count = footer.chunk_count, .body_end = footer.tail_offset}, keys));
  const ChunkTableLimits limits{
      .rows = footer.rows,
      .body_end = tail.keys.empty() ? footer.tail_offset : tail.keys.sections.front().range.offset,
      .segment_id = footer.id};
  ASSIGN_OR_RETURN(tail.table, DecodeChunkTable(tail.schema, limits, table));
  if (tail.table.size() != footer.chunk_count ||
      tail.table.CountReferences() != footer.reference_count) {
    return Damaged(file, "the chunk table has other counts than the footer", table_offset);
  }
  const std::span<const std::byte> pages =
      bytes.subspan(TablesEnd(footer) - footer.pages_size, footer.pages_size);
  tail.page_crcs.resize(pages.size() / sizeof(uint32_t));
  std::ranges::copy(pages, std::as_writable_bytes(std::span(tail.page_crcs)).begin());
  const uint64_t end = TablesEnd(footer);
  if (!AllZero(bytes.subspan(end, bytes.size() - f::footer::kSize - end))) {
    return Damaged(file, "padding is not zero", footer.tail_offset + end);
  }
  return tail;
}

}  // namespace ashlar::segment
