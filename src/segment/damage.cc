// From bad bytes to lost rows; see the header. Where a byte belongs to a known run of rows (fixed
// width, offsets, bits, codes) only these are lost; string bytes, list elements, dictionaries and
// buffers that are packed or compressed cost the whole chunk, for the damaged bytes may be
// anybody's.
#include "src/segment/damage.h"

#include <algorithm>
#include <utility>

#include "src/segment/chunk_codec.h"

namespace ashlar::segment {
namespace {

class RowLoss {
 public:
  RowLoss(uint64_t rows, uint64_t offset, uint64_t size)
      : rows_(rows), begin_(offset), end_(offset + size) {}

  // `rows_per_top` nodes' rows make up one row of the segment.
  void AddNode(const DataType& type, const ChunkNode& node, uint64_t rows_per_top) {
    if (!node.is_raw() && IsOwnHit(node)) return LoseAll();
    AddBits(node.validity, rows_per_top, 1);
    for (const ChunkNode& dictionary : node.dictionary) {
      if (IsHit(dictionary)) LoseAll();
    }
    if (node.encoding == Encoding::kDictionary) {
      return AddBits(node.values, rows_per_top, 8U * node.code_width);
    }
    const Shape shape = ShapeOf(type);
    if (shape == Shape::kBits) AddBits(node.values, rows_per_top, 1);
    if (shape == Shape::kFixed) {
      AddBits(node.values, rows_per_top, 8U * static_cast<uint64_t>(type.byte_width()));
    }
    if (shape == Shape::kBytes && Overlaps(node.values)) LoseAll();
    if (node.offsets.size > 0) AddOffsets(node.offsets);
    AddChildren(type, node, rows_per_top);
  }

  [[nodiscard]] bool hit() const { return hit_; }
  [[nodiscard]] std::vector<RowRange> Take() {
    std::ranges::sort(lost_, {}, &RowRange::first);
    std::vector<RowRange> merged;
    for (const RowRange& range : lost_) {
      if (range.rows == 0) continue;
      if (!merged.empty() && range.first <= merged.back().first + merged.back().rows) {
        const uint64_t end =
            std::max(merged.back().first + merged.back().rows, range.first + range.rows);
        merged.back().rows = end - merged.back().first;
      } else {
        merged.push_back(range);
      }
    }
    return merged;
  }

 private:
  [[nodiscard]] bool Overlaps(const BufferRange& range) const {
    return range.size > 0 && range.offset < end_ && begin_ < range.offset + range.size;
  }
  [[nodiscard]] bool IsOwnHit(const ChunkNode& node) const {
    return Overlaps(node.validity) || Overlaps(node.offsets) || Overlaps(node.values);
  }
  [[nodiscard]] bool IsHit(const ChunkNode& node) const {
    std::vector<BufferRange> ranges;
    AppendBuffers(node, &ranges);
    return std::ranges::any_of(ranges, [this](const BufferRange& r) { return Overlaps(r); });
  }
  void Lose(uint64_t first, uint64_t end) {
    hit_ = true;
    end = std::min(end, rows_);
    if (first < end) lost_.push_back({first, end - first});
  }
  void LoseAll() { Lose(0, rows_); }

  // A buffer of values of `bits` bits each.
  void AddBits(const BufferRange& range, uint64_t rows_per_top, uint64_t bits) {
    if (!Overlaps(range)) return;
    const uint64_t from = std::max(begin_, range.offset) - range.offset;
    const uint64_t to = std::min(end_, range.offset + range.size) - range.offset;
    const uint64_t per_top = bits * rows_per_top;
    if (per_top == 0) return LoseAll();
    Lose(from * 8 / per_top, (to * 8 + per_top - 1) / per_top);
  }
  // Offset i ends row i - 1 and begins row i.
  void AddOffsets(const BufferRange& range) {
    if (!Overlaps(range)) return;
    const uint64_t from = (std::max(begin_, range.offset) - range.offset) / sizeof(int32_t);
    const uint64_t to = std::min(end_, range.offset + range.size) - range.offset;
    Lose(from == 0 ? 0 : from - 1, (to + sizeof(int32_t) - 1) / sizeof(int32_t));
  }
  void AddChildren(const DataType& type, const ChunkNode& node, uint64_t rows_per_top) {
    const std::vector<DataType> types = ChildTypes(type);
    for (size_t i = 0; i < types.size(); ++i) {
      if (ShapeOf(type) == Shape::kList) {
        if (IsHit(node.children[i])) LoseAll();
        continue;
      }
      const bool is_vector = ShapeOf(type) == Shape::kVector;
      const uint64_t factor = is_vector ? static_cast<uint64_t>(type.width()) : 1;
      AddNode(types[i], node.children[i], rows_per_top * factor);
    }
  }

  const uint64_t rows_;
  const uint64_t begin_;
  const uint64_t end_;
  bool hit_ = false;
  std::vector<RowRange> lost_;
};

}  // namespace

void AppendDamagedChunks(const SegmentFile& file, uint64_t offset, uint64_t size, std::string what,
                         std::vector<Damage>* damages) {
  const Damage base{.file = file.name(),
                    .offset = offset,
                    .size = size,
                    .chunk = std::nullopt,
                    .what = std::move(what),
                    .lost = {}};
  bool any = false;
  for (uint32_t ordinal = 0; ordinal < file.chunks().size(); ++ordinal) {
    const ChunkEntry& entry = file.chunks()[ordinal];
    if (entry.kind != ChunkKind::kHere) continue;
    RowLoss loss(file.rows(), offset, size);
    loss.AddNode(file.schema().field(ordinal).type, entry.root, 1);
    if (!loss.hit()) continue;
    any = true;
    Damage damage = base;
    damage.chunk = ordinal;
    damage.lost = loss.Take();
    damages->push_back(std::move(damage));
  }
  if (!any) damages->push_back(base);
}

}  // namespace ashlar::segment
