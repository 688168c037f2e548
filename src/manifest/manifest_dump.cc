// Explaining a MANIFEST, byte by byte, as far as it can be read.
#include "src/manifest/manifest_dump.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "src/base/bytes.h"
#include "src/base/strings.h"
#include "src/manifest/format.h"
#include "src/manifest/manifest_codec.h"
#include "src/manifest/manifest_log.h"
#include "src/segment/fixed_record.h"

namespace ashlar::manifest {
namespace {

constexpr uint64_t kBytesPerLine = 16;

class Explainer {
 public:
  Explainer(std::span<const std::byte> file, std::string_view name) : file_(file), name_(name) {}

  std::vector<FieldNote> Run() && {
    const bool has_header = file_.size() >= format::header::kSize;
    number_ = has_header ? segment::ReadField<uint64_t>(file_, format::header::kNumber) : 0;
    AddProblem(0, CheckFileHeader(file_, name_, number_));
    if (!has_header) return std::move(notes_);
    AddFixed(0, format::header::kFields);
    uint64_t offset = format::header::kSize;
    while (offset < file_.size()) offset = AddRecord(offset);
    return std::move(notes_);
  }

 private:
  void AddProblem(uint64_t offset, const absl::Status& status) {
    if (!status.ok()) notes_.push_back({offset, 0, "problem", base::StrCat(status.message())});
  }

  template <size_t N>
  void AddFixed(uint64_t offset, const std::array<format::FixedField, N>& fields) {
    for (const format::FixedField& field : fields) {
      const auto bytes = file_.subspan(offset + field.offset, field.size);
      std::string value;
      if (field.size <= sizeof(uint64_t))
        value = base::StrCat(segment::ReadNumber(bytes, {0, field.size, ""}));
      if (field.name == format::header::kMagic.name) {
        value = base::QuoteForMessage(base::AsStringView(bytes));
      }
      notes_.push_back({offset + field.offset, field.size, std::string(field.name), value});
    }
  }

  // The offset behind the record, or behind what cannot be read as one.
  uint64_t AddRecord(uint64_t offset) {
    const absl::StatusOr<LogRecord> record = ReadRecord(file_, name_, number_, offset);
    if (!record.ok()) {
      AddProblem(offset, record.status());
      const uint64_t next = NextRecord(offset);
      notes_.push_back({offset, next - offset, "no record", ""});
      return next;
    }
    AddFixed(offset, format::record::kFields);
    FieldReader in(record->payload, name_, record->payload_offset, &notes_);
    AddProblem(in.raw().offset(), Decode(record->kind, in));
    const uint64_t explained = std::max(in.raw().offset(), record->payload_offset);
    const uint64_t payload_end = record->payload_offset + record->payload.size();
    if (explained < payload_end) {
      notes_.push_back({explained, payload_end - explained, "rest of the payload", ""});
    }
    if (payload_end < record->end) {
      notes_.push_back({payload_end, record->end - payload_end, "padding", ""});
    }
    return record->end;
  }

  absl::Status Decode(format::RecordKind kind, FieldReader& in) {
    if (kind == format::RecordKind::kCheckpoint) return DecodeCheckpoint(in, table_).status();
    return DecodeEdit(in, table_).status();
  }

  uint64_t NextRecord(uint64_t offset) const {
    const uint64_t step = format::kRecordAlignment;
    for (uint64_t at = offset + step; at < file_.size(); at += step) {
      if (ReadRecord(file_, name_, number_, at).ok()) return at;
    }
    return file_.size();
  }

  std::span<const std::byte> file_;
  std::string_view name_;
  uint64_t number_ = 0;
  SegmentTable table_;
  std::vector<FieldNote> notes_;
};

std::string HexOffset(uint64_t offset) {
  std::array<std::byte, sizeof(uint64_t)> big_endian;
  for (size_t i = 0; i < big_endian.size(); ++i) {
    big_endian[i] = static_cast<std::byte>(offset >> (56 - 8 * i));
  }
  const std::string digits = base::HexEncode(big_endian);
  return digits.substr(std::min(digits.find_first_not_of('0'), size_t{8}));
}

std::string HexLine(std::span<const std::byte> bytes) {
  std::string line;
  for (const std::byte& byte : bytes) {
    line += base::HexEncode(std::span(&byte, 1));
    line += ' ';
  }
  line.resize(kBytesPerLine * 3 + 1, ' ');
  return line;
}

void AppendLines(std::span<const std::byte> file, const FieldNote& note, std::string* text) {
  uint64_t done = 0;
  do {
    const uint64_t size = std::min(note.size - done, kBytesPerLine);
    *text += base::StrCat(HexOffset(note.offset + done), "  ",
                          HexLine(file.subspan(note.offset + done, size)));
    if (done == 0) *text += note.value.empty() ? note.name : note.name + " = " + note.value;
    while (text->ends_with(' ')) text->pop_back();
    *text += '\n';
    done += size;
  } while (done < note.size);
}

std::string JsonString(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      json += base::StrCat("\\u00", base::HexEncode(base::AsBytes(std::string_view(&c, 1))));
    } else {
      json += c;
    }
  }
  return json + '"';
}

}  // namespace

std::vector<FieldNote> ExplainManifest(std::span<const std::byte> file, std::string_view name) {
  return Explainer(file, name).Run();
}

std::string DumpManifestText(std::span<const std::byte> file, std::string_view name) {
  std::string text = base::StrCat(name, ", ", file.size(), " bytes\n");
  for (const FieldNote& note : ExplainManifest(file, name)) AppendLines(file, note, &text);
  return text;
}

std::string DumpManifestJson(std::span<const std::byte> file, std::string_view name) {
  std::string json =
      base::StrCat("{\"file\":", JsonString(name), ",\"bytes\":", file.size(), ",\"fields\":[");
  const char* separator = "";
  for (const FieldNote& note : ExplainManifest(file, name)) {
    json += base::StrCat(separator, "{\"offset\":", note.offset, ",\"size\":", note.size,
                         ",\"name\":", JsonString(note.name), ",\"value\":", JsonString(note.value),
                         "}");
    separator = ",";
  }
  return json + "]}\n";
}

}  // namespace ashlar::manifest
