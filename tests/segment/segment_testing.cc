// Making segments of every type, and damaging them.
#include "tests/segment/segment_testing.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/columnar/canonical.h"
#include "src/segment/fixed_record.h"
#include "src/segment/segment_tail.h"

namespace ashlar::segment {
namespace {

uint64_t Draw(Values values, base::Random& random) {
  switch (values) {
    case Values::kFewDistinct:
      return random.Uniform(5);
    case Values::kOneValue:
      return 42;
    default:
      return random.OneIn(4) ? random.Uniform(100) : random.Next64();
  }
}

template <typename T>
int64_t Narrow(uint64_t bits) {
  return static_cast<int64_t>(static_cast<T>(bits));
}

absl::Status AppendFixed(const DataType& type, uint64_t bits, ColumnBuilder& out) {
  switch (type.id()) {
    case TypeId::kBool:
      return out.AppendBool((bits & 1) != 0);
    case TypeId::kInt8:
      return out.AppendInt64(Narrow<int8_t>(bits));
    case TypeId::kInt16:
      return out.AppendInt64(Narrow<int16_t>(bits));
    case TypeId::kInt32:
    case TypeId::kDate32:
      return out.AppendInt64(Narrow<int32_t>(bits));
    case TypeId::kUInt8:
      return out.AppendUInt64(static_cast<uint8_t>(bits));
    case TypeId::kUInt16:
      return out.AppendUInt64(static_cast<uint16_t>(bits));
    case TypeId::kUInt32:
      return out.AppendUInt64(static_cast<uint32_t>(bits));
    case TypeId::kUInt64:
      return out.AppendUInt64(bits);
    default:
      return out.AppendInt64(Narrow<int64_t>(bits));
  }
}

absl::Status AppendValue(const DataType& type, Values values, base::Random& random,
                         ColumnBuilder& out);

absl::Status AppendChild(const Field& field, Values values, base::Random& random,
                         ColumnBuilder& out) {
  const bool is_null = values == Values::kMixed && field.nullable && random.OneIn(6);
  if (is_null) {
    out.AppendNull();
    return absl::OkStatus();
  }
  return AppendValue(field.type, values, random, out);
}

absl::Status AppendNested(const DataType& type, Values values, base::Random& random,
                          ColumnBuilder& out) {
  if (type.id() == TypeId::kList) {
    const uint64_t elements = random.Uniform(4);
    for (uint64_t i = 0; i < elements; ++i) {
      RETURN_IF_ERROR(AppendChild(type.fields()[0], values, random, out.child(0)));
    }
  } else {
    for (size_t i = 0; i < type.fields().size(); ++i) {
      RETURN_IF_ERROR(AppendChild(type.fields()[i], values, random, out.child(i)));
    }
  }
  return out.AppendNested();
}

absl::Status AppendValue(const DataType& type, Values values, base::Random& random,
                         ColumnBuilder& out) {
  if (type.is_nested()) return AppendNested(type, values, random, out);
  const uint64_t bits = Draw(values, random);
  if (type.is_floating()) {
    if (values == Values::kMixed && random.OneIn(10)) {
      return out.AppendDouble(std::numeric_limits<double>::quiet_NaN());
    }
    return out.AppendDouble(static_cast<double>(static_cast<int32_t>(bits)) / 8);
  }
  if (type.id() == TypeId::kFixedSizeList) {
    std::vector<float> vector(static_cast<size_t>(type.width()));
    for (float& value : vector) value = static_cast<float>(Draw(values, random) % 1000);
    return out.AppendVector(vector);
  }
  if (type.id() == TypeId::kFixedSizeBinary) {
    std::string text(static_cast<size_t>(type.width()), 'x');
    std::memcpy(text.data(), &bits, std::min(text.size(), sizeof(bits)));
    return out.AppendBytes(text);
  }
  if (type.is_variable_size()) {
    std::string text = std::to_string(bits);
    if (values == Values::kMixed && random.OneIn(3)) text += std::string(random.Uniform(40), '-');
    return out.AppendBytes(text);
  }
  return AppendFixed(type, bits, out);
}

}  // namespace

Column RandomColumn(const DataType& type, int64_t rows, Values values, base::Random& random) {
  ColumnBuilder builder(type);
  for (int64_t row = 0; row < rows; ++row) {
    if (values == Values::kAllNull || (values == Values::kMixed && random.OneIn(5))) {
      builder.AppendNull();
    } else {
      ASHLAR_CHECK_OK(AppendValue(type, values, random, builder));
    }
  }
  return builder.Finish();
}

Schema AllTypesSchema() {
  std::vector<Field> fields;
  const std::vector<DataType> types = {
      Bool(),
      Int8(),
      Int16(),
      Int32(),
      Int64(),
      UInt8(),
      UInt16(),
      UInt32(),
      UInt64(),
      Float32(),
      Float64(),
      Utf8(),
      Binary(),
      FixedSizeBinary(3),
      FixedSizeBinary(20),
      Date32(),
      Timestamp(),
      Vector(3),
      List(Int32()),
      List(Utf8()),
      List(List(Int64(), false)),
      Struct({{"a", Int64()}, {"b", Utf8()}, {"c", List(Float64())}}),
      List(Struct({{"x", Bool()}, {"y", Vector(2)}, {"z", Binary()}}))};
  for (const DataType& type : types) {
    fields.push_back({"f" + std::to_string(fields.size()), type});
  }
  absl::StatusOr<Schema> schema = Schema::Make(std::move(fields));
  ASHLAR_CHECK_OK(schema.status());
  return *schema;
}

Schema SmallSchema() {
  absl::StatusOr<Schema> schema = Schema::Make(
      {{"id", Int64(), false}, {"city", Utf8()}, {"tags", List(Utf8())}, {"ok", Bool()}});
  ASHLAR_CHECK_OK(schema.status());
  return *schema;
}

std::vector<Column> SmallColumns() {
  constexpr int64_t kRows = 10;
  base::Random random(7);
  ColumnBuilder city(Utf8());
  for (int64_t row = 0; row < kRows; ++row) {
    if (row == 4) {
      city.AppendNull();
    } else {
      ASHLAR_CHECK_OK(city.AppendBytes(row % 2 == 0 ? "Amsterdam aan de Amstel" : "Zürich"));
    }
  }
  return {RandomColumn(Int64(), kRows, Values::kNoNulls, random), city.Finish(),
          RandomColumn(List(Utf8()), kRows, Values::kMixed, random),
          RandomColumn(Bool(), kRows, Values::kOneValue, random)};
}

Schema CompactSchema() {
  absl::StatusOr<Schema> schema =
      Schema::Make({{"year", Int32()},
                    {"team", Utf8()},
                    {"note", Utf8()},
                    {"score", Float64()},
                    {"pair", Struct({{"a", UInt16()}, {"b", Date32()}})},
                    {"tags", List(Utf8())}});
  ASHLAR_CHECK_OK(schema.status());
  return *schema;
}

std::vector<Column> CompactColumns() {
  constexpr int64_t kRows = 200;
  base::Random random(12);
  const auto below = [&random](uint64_t bound) {
    return static_cast<int64_t>(random.Uniform(bound));
  };
  ColumnBuilder year(Int32());
  ColumnBuilder team(Utf8());
  ColumnBuilder note(Utf8());
  ColumnBuilder score(Float64());
  ColumnBuilder pair(Struct({{"a", UInt16()}, {"b", Date32()}}));
  ColumnBuilder tags(List(Utf8()));
  for (int64_t row = 0; row < kRows; ++row) {
    if (row % 9 == 0) {
      year.AppendNull();
    } else {
      ASHLAR_CHECK_OK(year.AppendInt64(1900 + below(120)));
    }
    ASHLAR_CHECK_OK(team.AppendBytes("team number " + std::to_string(below(13))));
    ASHLAR_CHECK_OK(note.AppendBytes("the note of row " + std::to_string(below(1000))));
    ASHLAR_CHECK_OK(score.AppendDouble(static_cast<double>(below(100)) / 4));
    ASHLAR_CHECK_OK(pair.child(0).AppendUInt64(static_cast<uint64_t>(50'000 + below(60))));
    ASHLAR_CHECK_OK(pair.child(1).AppendInt64(below(2000) - 1000));
    ASHLAR_CHECK_OK(pair.AppendNested());
    for (int64_t tag = 0; tag < row % 3; ++tag) {
      ASHLAR_CHECK_OK(tags.child(0).AppendBytes("tag" + std::to_string(row + below(5))));
    }
    ASHLAR_CHECK_OK(tags.AppendNested());
  }
  return {year.Finish(),  team.Finish(), note.Finish(),
          score.Finish(), pair.Finish(), tags.Finish()};
}

std::unique_ptr<io::MemoryFileSystem> MakeFiles() {
  auto files = std::make_unique<io::MemoryFileSystem>();
  ASHLAR_CHECK_OK(files->CreateDirectory("segments"));
  return files;
}

absl::StatusOr<WrittenSegment> WriteSegment(io::FileSystem& files, const Schema& schema,
                                            const std::vector<Column>& columns, uint64_t id,
                                            Storage storage) {
  const uint64_t rows = columns.empty() ? 0 : static_cast<uint64_t>(columns[0].length());
  ASSIGN_OR_RETURN(
      const std::unique_ptr<SegmentWriter> writer,
      SegmentWriter::Create(
          files, schema, rows,
          {.segment_id = id, .created_us = 1'700'000'000'000'000, .storage = storage}));
  for (const Column& column : columns) {
    const columnar::ColumnPiece piece{&column, 0, column.length()};
    ASSIGN_OR_RETURN(const Column canonical, columnar::MakeCanonical(column.type(), {&piece, 1}));
    RETURN_IF_ERROR(writer->AddChunk(columnar::DigestOfCanonical(canonical), canonical));
  }
  ASSIGN_OR_RETURN(WrittenSegment written, writer->Finish());
  RETURN_IF_ERROR(writer->Sync());
  return written;
}

WrittenSegment WriteSmall(io::FileSystem& files) {
  absl::StatusOr<WrittenSegment> written = WriteSegment(files, SmallSchema(), SmallColumns(), 1);
  ASHLAR_CHECK_OK(written.status());
  return *std::move(written);
}

FileProvider NoProvider() {
  return [](uint64_t) -> absl::StatusOr<std::shared_ptr<SegmentFile>> {
    return absl::NotFoundError("no other file");
  };
}

bool FixChecksums(std::string* bytes, FileIdentity* identity) {
  namespace f = format;
  if (bytes->size() < f::header::kSize + f::footer::kSize) return false;
  const auto all = std::as_writable_bytes(std::span(bytes->data(), bytes->size()));
  const auto footer = all.last(f::footer::kSize);
  const auto seal = [](std::span<std::byte> record, const f::FixedField& crc) {
    base::StoreLittle<uint32_t>(record.data() + crc.offset, base::Crc32c(record.first(crc.offset)));
  };
  seal(all.first(f::header::kSize), f::header::kCrc);
  const auto tail_offset = ReadField<uint64_t>(footer, f::footer::kTailOffset);
  if (tail_offset > all.size() - f::footer::kSize) return false;
  const uint64_t pages = tail_offset + ReadField<uint32_t>(footer, f::footer::kPagesOffset);
  const uint64_t count = PageCount(tail_offset);
  if (pages > all.size() - f::footer::kSize ||
      count * sizeof(uint32_t) > all.size() - f::footer::kSize - pages) {
    return false;
  }
  for (uint64_t page = 0; page < count; ++page) {
    const uint64_t offset = page * f::kPageBytes;
    const uint64_t size = std::min<uint64_t>(f::kPageBytes, tail_offset - offset);
    base::StoreLittle<uint32_t>(all.data() + pages + page * sizeof(uint32_t),
                                base::Crc32c(all.subspan(offset, size)));
  }
  seal(footer, f::footer::kCrc);
  identity->bytes = bytes->size();
  identity->footer_digest = base::DigestOf(all.subspan(tail_offset));
  return true;
}

}  // namespace ashlar::segment
