// Walking a segment file for its dump; see the header. Order: header, body, tail, as they lie.
#include "src/segment/segment_dump.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/schema_codec.h"
#include "src/segment/chunk_codec.h"
#include "src/segment/dump_lines.h"
#include "src/segment/dump_records.h"
#include "src/segment/fixed_record.h"
#include "src/segment/key_dump.h"
#include "src/segment/segment_tail.h"

namespace ashlar::segment {
namespace {

namespace f = format;

// Zones of a zone map, and pages of the checksums, that are listed one by one.
constexpr uint64_t kListed = 4;

std::string MessageOf(const absl::Status& status) {
  return base::EscapeForTerminal(std::string(status.message()));
}

class Dumper {
 public:
  Dumper(std::span<const std::byte> file, std::string_view name)
      : file_(file), name_(name), lines_(file) {}

  void Run() {
    if (file_.size() < f::header::kSize + f::footer::kSize) {
      lines_.Add(0, file_.size(), 0, "too short for a segment", true);
      return;
    }
    DumpHeader();
    DecodeTables();
    if (tail_.has_value()) {
      DumpBody();
    } else {
      const uint64_t end = footer_.has_value() ? footer_->tail_offset : footer_offset();
      lines_.Add(f::kBodyOffset, end - f::kBodyOffset, 0, "body, not understood", true);
    }
    DumpTail();
  }

  [[nodiscard]] const DumpLines& lines() const { return lines_; }

 private:
  [[nodiscard]] uint64_t footer_offset() const { return file_.size() - f::footer::kSize; }

  void DecodeTables() {
    const auto footer = DecodeFooter(file_.subspan(footer_offset()), file_.size(), name_);
    footer_status_ = footer.status();
    if (!footer.ok()) return;
    footer_ = *footer;
    auto tail = DecodeTail(*footer, file_.subspan(footer->tail_offset), name_);
    tail_status_ = tail.status();
    if (tail.ok()) tail_ = *std::move(tail);
  }

  void DumpHeader() {
    const auto header = DecodeHeader(file_, name_);
    lines_.Add(0, 0, 0, header.ok() ? "header" : "header: " + MessageOf(header.status()),
               !header.ok());
    AddRecord(lines_, file_, 0, f::header::kSize, f::header::kFields, 1);
  }

  // Puts the zeros in front of `offset` in the list.
  void DumpPadding(uint64_t offset) {
    if (offset <= position_) return;
    const bool bad = !AllZero(file_.subspan(position_, offset - position_));
    lines_.Add(position_, offset - position_, 1, bad ? "padding: not zero" : "padding", bad);
    position_ = offset;
  }

  void DumpBuffer(const BufferRange& range, BufferForm form, uint64_t numbers, uint32_t depth,
                  std::string note) {
    if (range.size == 0) return;
    DumpPadding(range.offset);
    if (form == BufferForm::kZstd) note += ", zstd";
    if (form == BufferForm::kPlanes) note += ", planes";
    note += base::StrCat(", ", range.size, " bytes");
    position_ = range.offset + range.size;
    if (form != BufferForm::kPlanes) {
      return lines_.Add(range.offset, range.size, depth, std::move(note));
    }
    DumpPlanes(range, numbers, depth, std::move(note));
  }

  // The planes as one run of bytes, then the bases and the widths of the zones.
  void DumpPlanes(const BufferRange& range, uint64_t numbers, uint32_t depth, std::string note) {
    const uint64_t zones = (numbers + f::kZoneRows - 1) / f::kZoneRows;
    const uint64_t end = range.offset + range.size;
    const uint64_t widths = end - zones * f::planes::kWidth.size;
    const uint64_t bases = widths - zones * f::planes::kBase.size;
    lines_.Add(range.offset, 0, depth, std::move(note));
    if (bases > range.offset) lines_.Add(range.offset, bases - range.offset, depth + 1, "planes");
    DumpZoneNumbers(f::planes::kBase, bases, zones, depth + 1);
    DumpZoneNumbers(f::planes::kWidth, widths, zones, depth + 1);
  }

  void DumpZoneNumbers(const f::FixedField& field, uint64_t offset, uint64_t zones,
                       uint32_t depth) {
    const uint64_t listed = std::min(zones, kListed);
    for (uint64_t zone = 0; zone < listed; ++zone) {
      const uint64_t at = offset + zone * field.size;
      uint64_t value = 0;
      std::memcpy(&value, file_.data() + at, field.size);
      lines_.Add(at, field.size, depth, base::StrCat(field.name, " of zone ", zone, ": ", value));
    }
    if (listed == zones) return;
    lines_.Add(offset + listed * field.size, (zones - listed) * field.size, depth, "more zones");
  }

  void DumpNodeBuffers(const DataType& type, const ChunkNode& node, const std::string& path,
                       uint32_t depth) {
    DumpBuffer(node.validity, node.validity_form, node.length, depth, path + " validity");
    DumpBuffer(node.offsets, node.offsets_form, node.length, depth, path + " offsets");
    DumpBuffer(node.values, node.values_form, node.length, depth,
               path + (node.encoding == Encoding::kDictionary ? " codes" : " values"));
    for (const ChunkNode& dictionary : node.dictionary) {
      DumpNodeBuffers(type, dictionary, path + " dictionary", depth + 1);
    }
    for (size_t i = 0; i < node.children.size(); ++i) {
      const Field& field = type.fields()[i];
      DumpNodeBuffers(field.type, node.children[i],
                      base::StrCat(path, ".", base::EscapeForTerminal(field.name)), depth + 1);
    }
  }

  void DumpZoneMaps(const DataType& type, const ChunkNode& node, const std::string& path) {
    if (!IsLeaf(type)) {
      for (size_t i = 0; i < node.children.size(); ++i) {
        const Field& field = type.fields()[i];
        DumpZoneMaps(field.type, node.children[i],
                     base::StrCat(path, ".", base::EscapeForTerminal(field.name)));
      }
      return;
    }
    if (node.zones() == 0) return;
    DumpPadding(node.zone_map.offset);
    lines_.Add(node.zone_map.offset, 0, 2,
               base::StrCat(path, " zone map, ", node.zones(), " zones"));
    const uint64_t listed = std::min(node.zones(), kListed);
    for (uint64_t zone = 0; zone < listed; ++zone) {
      const uint64_t at = node.zone_map.offset + zone * f::zone::kSize;
      AddRecord(lines_, file_, at, f::zone::kSize, f::zone::kFields, 3);
    }
    const uint64_t end = node.zone_map.offset + node.zone_map.size;
    const uint64_t shown = node.zone_map.offset + listed * f::zone::kSize;
    if (shown < end) lines_.Add(shown, end - shown, 3, "more zones");
    position_ = end;
  }

  void DumpBody() {
    position_ = f::kBodyOffset;
    lines_.Add(position_, 0, 0, "body");
    for (size_t i = 0; i < tail_->table.size(); ++i) {
      const Field& field = tail_->schema.field(i);
      const ChunkEntry& entry = tail_->table[i];
      if (entry.kind == ChunkKind::kReference) continue;
      const std::string path = base::EscapeForTerminal(field.name);
      lines_.Add(position_, 0, 1,
                 base::StrCat("chunk ", i, " ", path, ": ", field.type.ToString()));
      DumpNodeBuffers(field.type, entry.root, path, 2);
      DumpZoneMaps(field.type, entry.root, path);
    }
    if (!tail_->keys.empty()) {
      DumpPadding(tail_->keys.sections.front().range.offset);
      DumpKeySections(file_, tail_->keys, lines_);
      position_ += tail_->keys.section_bytes();
    }
    DumpPadding(tail_->footer.tail_offset);
  }

  void DumpTail() {
    if (footer_.has_value()) {
      const uint64_t tail = footer_->tail_offset;
      lines_.Add(tail, 0, 0, tail_.has_value() ? "tail" : "tail: " + MessageOf(tail_status_),
                 !tail_.has_value());
      DumpSchema(tail);
      position_ = tail + footer_->schema_size;
      if (tail_.has_value()) {
        DumpTable();
        DumpKeys();
      } else {
        const uint64_t size = uint64_t{footer_->table_size} + footer_->keys_size;
        lines_.Add(position_, size, 1, "chunk table and key table, not understood", true);
        position_ += size;
      }
      DumpPages();
      DumpPadding(footer_offset());
    }
    const bool bad = !footer_.has_value();
    lines_.Add(footer_offset(), 0, 0, bad ? "footer: " + MessageOf(footer_status_) : "footer", bad);
    AddRecord(lines_, file_, footer_offset(), f::footer::kSize, f::footer::kFields, 1);
  }

  void DumpSchema(uint64_t offset) {
    base::ByteReader reader(file_.subspan(offset, footer_->schema_size), name_, offset);
    const absl::StatusOr<Schema> schema = columnar::DecodeSchema(reader);
    lines_.Add(offset, footer_->schema_size, 1,
               schema.ok() ? base::StrCat("schema: ", base::EscapeForTerminal(schema->ToString()))
                           : "schema, not understood",
               !schema.ok());
  }

  template <size_t N>
  void DumpNext(uint32_t size, const std::array<f::FixedField, N>& fields, uint32_t depth) {
    AddRecord(lines_, file_, position_, size, fields, depth);
    position_ += size;
  }

  // The table was decoded, so its records lie where this walk finds them.
  void DumpTable() {
    lines_.Add(position_, 0, 1, "chunk table");
    for (size_t i = 0; i < tail_->table.size(); ++i) {
      const ChunkEntry& entry = tail_->table[i];
      lines_.Add(position_, 0, 2, base::StrCat("entry ", i));
      DumpNext(f::entry::kSize, f::entry::kFields, 3);
      if (entry.kind == ChunkKind::kReference) {
        DumpNext(f::reference::kSize, f::reference::kFields, 3);
      } else {
        DumpNext(f::here::kSize, f::here::kFields, 3);
        DumpNode(entry.root, 4);
      }
    }
  }

  void DumpKeys() {
    if (tail_->keys.empty()) return;
    DumpKeyTable(file_, position_, tail_->keys, lines_);
    position_ += footer_->keys_size;
  }

  void DumpNode(const ChunkNode& node, uint32_t depth) {
    lines_.Add(position_, 0, depth, "node");
    DumpNext(f::node::kSize, f::node::kFields, depth + 1);
    for (const ChunkNode& dictionary : node.dictionary) DumpNode(dictionary, depth + 1);
    for (const ChunkNode& child : node.children) DumpNode(child, depth + 1);
  }

  // Lists the first checksums, and all that are wrong.
  void DumpPages() {
    lines_.Add(position_, 0, 1, "page checksums");
    const uint64_t pages = footer_->pages_size / sizeof(uint32_t);
    for (uint64_t page = 0; page < pages; ++page) {
      const uint64_t begin = page * f::kPageBytes;
      const uint64_t size = std::min<uint64_t>(f::kPageBytes, footer_->tail_offset - begin);
      const uint64_t at = position_ + page * sizeof(uint32_t);
      const bool bad =
          base::LoadLittle<uint32_t>(file_.data() + at) != base::Crc32c(file_.subspan(begin, size));
      if (!bad && page >= kListed) continue;
      lines_.Add(at, sizeof(uint32_t), 2, base::StrCat("page ", page, bad ? ": wrong" : ": right"),
                 bad);
    }
    if (pages > kListed) {
      lines_.Add(position_, footer_->pages_size, 2, base::StrCat("all ", pages, " checksums"));
    }
    position_ += footer_->pages_size;
  }

  const std::span<const std::byte> file_;
  const std::string_view name_;
  DumpLines lines_;
  absl::Status footer_status_;
  absl::Status tail_status_;
  std::optional<SegmentFooter> footer_;
  std::optional<SegmentTail> tail_;
  uint64_t position_ = 0;  // the end of what was listed
};

}  // namespace

SegmentDumpResult DumpSegment(std::span<const std::byte> file, std::string_view name, bool json) {
  Dumper dumper(file, name);
  dumper.Run();
  const DumpLines& lines = dumper.lines();
  return {json ? lines.ToJson(name) : lines.ToText(), lines.any_bad()};
}

}  // namespace ashlar::segment
