// MakeCanonical: canonical buffers in memory of their own, or shared with the source.
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/columnar/buffer_builder.h"
#include "src/columnar/canonical.h"
#include "src/columnar/canonical_emit.h"

namespace ashlar::columnar {
namespace {

// Builds the tree of ColumnData that the walk describes. A buffer that arrives as one span of a
// source buffer is shared.
class CopySink final : public CanonicalSink {
 public:
  void BeginNode(const DataType& type, int64_t rows, int64_t nulls) override {
    FinishBuffer();  // the parent's last
    auto node = std::make_shared<ColumnData>();
    node->type = type;
    node->length = rows;
    node->null_count = nulls;
    open_.push_back({std::move(node)});
  }

  void BeginBuffer(uint64_t size) override {
    FinishBuffer();
    size_ = size;
    filled_ = 0;
  }

  void Append(std::span<const std::byte> bytes, const PinnedBytes* origin) override {
    ASHLAR_CHECK(bytes.size() <= size_ - filled_);
    filled_ += bytes.size();
    if (origin != nullptr && bytes.size() == size_) {
      finished_ = PinnedBytes(origin->owner(), bytes);
      return;
    }
    buffer_.Reserve(size_);
    buffer_.Append(bytes);
  }

  void EndNode() override {
    FinishBuffer();
    std::shared_ptr<const ColumnData> done = std::move(open_.back().node);
    open_.pop_back();
    if (open_.empty()) {
      root_ = std::move(done);
    } else {
      open_.back().node->children.push_back(std::move(done));
    }
  }

  [[nodiscard]] Column Finish() {
    ASHLAR_CHECK(root_ != nullptr && open_.empty());
    return Column(std::move(root_));
  }

 private:
  struct OpenNode {
    std::shared_ptr<ColumnData> node;
    int buffers = 0;  // finished ones
  };

  // Puts the buffer that just ended into the node that is being filled.
  void FinishBuffer() {
    if (open_.empty() || size_ == kNoBuffer) return;
    OpenNode& open = open_.back();
    PinnedBytes* const slots[] = {&open.node->validity, &open.node->offsets, &open.node->values};
    ASHLAR_CHECK(open.buffers < 3 && (filled_ == size_));
    if (buffer_.size() != 0) finished_ = buffer_.Finish();
    *slots[open.buffers++] = std::exchange(finished_, PinnedBytes());
    size_ = kNoBuffer;
  }

  static constexpr uint64_t kNoBuffer = UINT64_MAX;

  std::vector<OpenNode> open_;
  std::shared_ptr<const ColumnData> root_;
  uint64_t size_ = kNoBuffer;
  uint64_t filled_ = 0;
  BufferBuilder buffer_;
  PinnedBytes finished_;
};

}  // namespace

absl::StatusOr<Column> MakeCanonical(const DataType& type, std::span<const ColumnPiece> pieces) {
  for (const ColumnPiece& piece : pieces) ASHLAR_CHECK(piece.column->type() == type);
  CopySink sink;
  RETURN_IF_ERROR(EmitCanonical(type, RunsOfPieces(pieces), sink));
  return sink.Finish();
}

}  // namespace ashlar::columnar
