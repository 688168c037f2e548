// Keys by shape and segments of them; see the header.
#include "tests/segment/key_testing.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/hash.h"
#include "src/columnar/canonical.h"
#include "src/segment/fixed_record.h"

namespace ashlar::segment {
namespace {

std::string BigEndian(uint64_t number) {
  std::string bytes(sizeof(number), '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(number >> (56 - 8 * i));
  return bytes;
}

}  // namespace

KeyProbe ProbeOf(std::string_view key) {
  uint64_t prefix = 0;
  for (size_t i = 0; i < sizeof(prefix); ++i) {
    prefix = prefix << 8 | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0U);
  }
  return {base::Hash64(base::AsBytes(key), 7), prefix};
}

KeySections KeySet::sections(bool hash_index) const {
  return {.hashes = hashes, .prefixes = prefixes, .key_chunks = {0}, .hash_index = hash_index};
}

std::string RandomKey(KeyShape shape, size_t rows, base::Random& random) {
  switch (shape) {
    case KeyShape::kRandom:
      return BigEndian(random.Next64());
    case KeyShape::kDense:
      return BigEndian(random.Uniform(2 * rows));
    case KeyShape::kSharedPrefix:
      return "https://ashlar.example/" + std::to_string(random.Uniform(2 * rows));
    case KeyShape::kGroups: {
      // Drawn one after the other: compilers differ in the order of operands.
      const std::string group = BigEndian(random.Uniform(rows / 50 + 1)).substr(5);
      return "group" + group + std::to_string(random.Uniform(2 * rows));
    }
    case KeyShape::kShort: {
      std::string key(random.Uniform(4), '\0');
      for (char& c : key) c = static_cast<char>(random.OneIn(3) ? 0xff : random.Uniform(256));
      return key;
    }
  }
  ASHLAR_CHECK(false);
}

KeySet SortedKeys(std::vector<std::string> keys) {
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  KeySet set;
  for (const std::string& key : keys) {
    const KeyProbe probe = ProbeOf(key);
    set.hashes.push_back(probe.hash);
    set.prefixes.push_back(probe.prefix);
  }
  set.keys = std::move(keys);
  return set;
}

KeySet MakeKeys(KeyShape shape, size_t rows, base::Random& random) {
  ASHLAR_CHECK(rows > 0);
  std::vector<std::string> keys;
  for (size_t i = 0; i < rows; ++i) {
    keys.push_back(shape == KeyShape::kDense ? BigEndian(i) : RandomKey(shape, rows, random));
  }
  return SortedKeys(std::move(keys));
}

Schema KeyedSchema() {
  absl::StatusOr<Schema> schema = Schema::Make({{"key", Binary(), false}, {"value", Int64()}});
  ASHLAR_CHECK_OK(schema.status());
  return *schema;
}

absl::StatusOr<WrittenSegment> WriteKeyed(io::FileSystem& files, const KeySet& keys,
                                          bool hash_index, uint64_t id) {
  ColumnBuilder key(Binary());
  ColumnBuilder value(Int64());
  for (size_t row = 0; row < keys.keys.size(); ++row) {
    RETURN_IF_ERROR(key.AppendBytes(keys.keys[row]));
    RETURN_IF_ERROR(value.AppendInt64(static_cast<int64_t>(row)));
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<SegmentWriter> writer,
                   SegmentWriter::Create(files, KeyedSchema(), keys.keys.size(),
                                         {.segment_id = id, .created_us = 1'700'000'000'000'000}));
  for (const Column& column : {key.Finish(), value.Finish()}) {
    const columnar::ColumnPiece piece{&column, 0, column.length()};
    ASSIGN_OR_RETURN(const Column canonical, columnar::MakeCanonical(column.type(), {&piece, 1}));
    RETURN_IF_ERROR(writer->AddChunk(columnar::DigestOfCanonical(canonical), canonical));
  }
  RETURN_IF_ERROR(writer->AddKeys(keys.sections(hash_index)));
  ASSIGN_OR_RETURN(WrittenSegment written, writer->Finish());
  RETURN_IF_ERROR(writer->Sync());
  return written;
}

std::shared_ptr<SegmentFile> OpenKeyed(io::FileSystem& files, const KeySet& keys, bool hash_index,
                                       uint64_t id) {
  const absl::StatusOr<WrittenSegment> written = WriteKeyed(files, keys, hash_index, id);
  ASHLAR_CHECK_OK(written.status());
  auto file = SegmentFile::Open(files, written->file, std::make_shared<ReadStats>());
  ASHLAR_CHECK_OK(file.status());
  return *std::move(file);
}

bool FixKeyChecksums(std::string* bytes) {
  namespace f = format;
  if (bytes->size() < f::header::kSize + f::footer::kSize) return false;
  const auto all = std::as_writable_bytes(std::span(bytes->data(), bytes->size()));
  const auto footer = all.last(f::footer::kSize);
  const auto tail_offset = ReadField<uint64_t>(footer, f::footer::kTailOffset);
  if (tail_offset > all.size()) return false;
  const auto tail = all.subspan(tail_offset);
  const uint64_t offset = ReadField<uint32_t>(footer, f::footer::kKeysOffset);
  const uint64_t size = ReadField<uint32_t>(footer, f::footer::kKeysSize);
  if (offset > tail.size() || size > tail.size() - offset || size < f::keys::kSize) return false;
  const auto table = tail.subspan(offset, size);
  const uint64_t chunks = ReadField<uint32_t>(table, f::keys::kChunks);
  for (uint64_t at = f::keys::kSize + chunks * sizeof(uint32_t); at + f::section::kSize <= size;
       at += f::section::kSize) {
    const auto record = table.subspan(at, f::section::kSize);
    const auto first = ReadField<uint64_t>(record, f::section::kOffset);
    const auto count = ReadField<uint64_t>(record, f::section::kBytes);
    if (first > all.size() || count > all.size() - first) return false;
    base::StoreLittle<uint32_t>(record.data() + f::section::kCrc.offset,
                                base::Crc32c(all.subspan(first, count)));
  }
  return true;
}

}  // namespace ashlar::segment
