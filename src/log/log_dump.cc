// Walking a commit log file for its dump; see the header. Order: header, groups, the rest.
#include "src/log/log_dump.h"

#include <algorithm>
#include <array>
#include <optional>

#include "src/base/bytes.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/log/log_codec.h"
#include "src/segment/dump_lines.h"
#include "src/segment/fixed_record.h"

namespace ashlar::log {
namespace {

std::string MessageOf(const absl::Status& status) {
  return base::EscapeForTerminal(std::string(status.message()));
}

class Dumper {
 public:
  Dumper(std::span<const std::byte> file, std::string_view name)
      : file_(file), name_(name), lines_(file) {}

  void Run() {
    DumpHeader();
    while (DumpGroup()) {
    }
    DumpRest();
  }

  [[nodiscard]] const segment::DumpLines& lines() const { return lines_; }

 private:
  template <size_t N>
  void DumpFields(uint64_t offset, const std::array<format::FixedField, N>& fields) {
    for (const format::FixedField& field : fields) {
      const std::span<const std::byte> bytes = file_.subspan(offset + field.offset, field.size);
      std::string note(field.name);
      if (field.name == format::header::kMagic.name || field.name == format::group::kMagic.name) {
        note += base::StrCat(": ", base::QuoteForMessage(base::AsStringView(bytes)));
      } else if (field.size <= sizeof(uint64_t) && field.size != format::record::kZeros.size) {
        note += base::StrCat(": ", segment::ReadNumber(bytes, {0, field.size, ""}));
      }
      lines_.Add(offset + field.offset, field.size, 1, std::move(note));
    }
  }

  void DumpHeader() {
    const absl::StatusOr<FileHeader> header = DecodeFileHeader(file_, name_);
    lines_.Add(0, 0, 0, header.ok() ? "header" : "header: " + MessageOf(header.status()),
               !header.ok());
    if (file_.size() < format::header::kSize) return;
    DumpFields(0, format::header::kFields);
    place_.offset = format::header::kSize;
    if (!header.ok()) return;
    place_.number = header->number;
    place_.previous_crc = header->crc;
    readable_ = true;
  }

  // False when there is no next group.
  bool DumpGroup() {
    const uint64_t left = file_.size() - place_.offset;
    if (!readable_ || left < format::kBlockBytes) return false;
    const auto header =
        DecodeGroupHeader(file_.subspan(place_.offset), name_, place_.number, place_.offset);
    end_reason_ = header.ok() ? CheckPlace(*header, place_, name_) : header.status();
    if (!end_reason_.ok()) return false;
    if (header->total_bytes() > left) {
      end_reason_ = absl::DataLossError("a group reaches beyond the end of the file");
      return false;
    }
    const auto group = file_.subspan(place_.offset, header->total_bytes());
    end_reason_ = CheckPayload(*header, group, name_).status;
    if (!end_reason_.ok()) return false;
    lines_.Add(place_.offset, 0, 0, base::StrCat("group ", place_.index));
    DumpFields(place_.offset, format::group::kFields);
    DumpRecords(*header, group);
    place_.offset += group.size();
    place_.index += 1;
    place_.previous_crc = header->crc;
    return true;
  }

  void DumpRecords(const GroupHeader& header, std::span<const std::byte> group) {
    uint64_t position = format::group::kSize;
    for (uint32_t i = 0; i < header.records; ++i) {
      const uint64_t begin = place_.offset + position;
      const LogRecord record = ReadRecord(group, &position);
      lines_.Add(begin, 0, 1, base::StrCat("record ", i));
      DumpFields(begin, format::record::kFields);
      lines_.Add(begin + format::record::kSize, record.body.size(), 1, "body");
    }
    if (position < group.size()) {
      lines_.Add(place_.offset + position, group.size() - position, 1, "padding");
    }
  }

  // What stands behind the last group: runs of blocks that say the same of themselves.
  void DumpRest() {
    if (place_.offset >= file_.size()) return;
    const std::string reason = end_reason_.ok() ? "" : ": " + MessageOf(end_reason_);
    lines_.Add(place_.offset, 0, 0, "behind the last group" + reason);
    uint64_t begin = place_.offset;
    std::string note = NoteOf(begin);
    for (uint64_t at = begin + format::kBlockBytes; at < file_.size(); at += format::kBlockBytes) {
      std::string next = NoteOf(at);
      if (next == note) continue;
      AddRest(begin, at, note);
      begin = at;
      note = std::move(next);
    }
    AddRest(begin, file_.size(), note);
  }

  void AddRest(uint64_t begin, uint64_t end, const std::string& note) {
    lines_.Add(begin, end - begin, 1, note, note.starts_with(kPromise));
  }

  std::string NoteOf(uint64_t offset) const {
    const auto block =
        file_.subspan(offset, std::min<uint64_t>(format::kBlockBytes, file_.size() - offset));
    if (segment::AllZero(block)) return "zeros";
    if (block.size() < format::kBlockBytes) return "other bytes";
    // Whatever log it belongs to.
    const uint64_t number = segment::ReadField<uint64_t>(block, format::group::kNumber);
    const auto header = DecodeGroupHeader(block, name_, number, offset);
    if (!header.ok()) return "other bytes";
    const bool own = readable_ && number == place_.number;
    if (own && offset > place_.offset && header->synced_up_to > place_.offset) {
      return base::StrCat(kPromise, header->synced_up_to);
    }
    return own ? base::StrCat("a later group, index ", header->place.index)
               : base::StrCat("a group of log ", number);
  }

  static constexpr std::string_view kPromise =
      "a later group, written when the log was durable up to offset ";

  const std::span<const std::byte> file_;
  const std::string_view name_;
  segment::DumpLines lines_;
  GroupPlace place_;  // of the next group
  bool readable_ = false;
  absl::Status end_reason_;
};

}  // namespace

LogDumpResult DumpLog(std::span<const std::byte> file, std::string_view name, bool json) {
  Dumper dumper(file, name);
  dumper.Run();
  const segment::DumpLines& lines = dumper.lines();
  return {json ? lines.ToJson(name) : lines.ToText(), lines.any_bad()};
}

}  // namespace ashlar::log
