// Views of a growing column: the buffers themselves, but for bits that are still written to.
//
// A view starts at a multiple of 64 rows before the first row wanted, so that every buffer of it
// starts at a multiple of 64 bytes and the same offset fits them all.
#include <utility>

#include "src/base/check.h"
#include "src/columnar/column_data.h"
#include "src/log/growing_column.h"

namespace ashlar::log {
namespace {

PinnedBytes Part(const std::shared_ptr<const void>& owner, const std::byte* buffer, size_t size,
                 int64_t begin, int64_t end) {
  ASHLAR_CHECK(begin <= end && static_cast<size_t>(end) <= size);
  return PinnedBytes(owner, {buffer + begin, static_cast<size_t>(end - begin)});
}

}  // namespace

ColumnData GrowingColumn::View(const std::shared_ptr<const void>& owner, int64_t first, int64_t end,
                               bool closed) const {
  ASHLAR_CHECK(first >= 0 && first <= end && end <= capacity_);
  const int64_t start = first / 64 * 64;
  ColumnData view;
  view.type = type_;
  view.offset = first - start;
  view.length = end - first;
  if (has_validity_.load(std::memory_order_acquire) && end > first) {
    view.validity = validity_.View(owner, start, end, closed);
    view.null_count = columnar::kUnknownNullCount;
  }
  ViewValues(owner, start, end, closed, &view);
  return view;
}

void GrowingColumn::ViewValues(const std::shared_ptr<const void>& owner, int64_t first, int64_t end,
                               bool closed, ColumnData* view) const {
  const auto add_child = [&](size_t index, int64_t child_first, int64_t child_end) {
    view->children.push_back(std::make_shared<const ColumnData>(
        children_[index]->View(owner, child_first, child_end, closed)));
  };
  constexpr auto kOffsetBytes = static_cast<int64_t>(sizeof(int32_t));
  switch (shape_) {
    case Shape::kBits:
      if (end > first) view->values = bits_.View(owner, first, end, closed);
      break;
    case Shape::kFixed:
      view->values = Part(owner, values_.data(), values_.size(), first * width_, end * width_);
      break;
    case Shape::kVariable:
    case Shape::kList:
      // Offsets stay as they are, so what they point into is seen from its beginning.
      view->offsets = Part(owner, offsets_.data(), offsets_.size(), first * kOffsetBytes,
                           (end + 1) * kOffsetBytes);
      if (shape_ == Shape::kList) {
        add_child(0, 0, LoadOwnOffset(end));
      } else {
        view->values = Part(owner, values_.data(), values_.size(), 0, LoadOwnOffset(end));
      }
      break;
    case Shape::kVector:
      add_child(0, first * width_, end * width_);
      break;
    case Shape::kStruct:
      for (size_t i = 0; i < children_.size(); ++i) add_child(i, first, end);
      break;
  }
}

}  // namespace ashlar::log
