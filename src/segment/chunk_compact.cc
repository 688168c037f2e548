// Weighing encodings and forms by the bytes that they take in the file; see the header.
#include "src/segment/chunk_compact.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/columnar/dictionary.h"
#include "src/segment/chunk_codec.h"
#include "src/segment/chunk_sizes.h"
#include "src/segment/format.h"

namespace ashlar::segment {
namespace {

// A buffer with its padding.
uint64_t Footprint(uint64_t size) { return base::AlignUp(size, format::kAlignment); }

// Planes answer predicates without being unpacked, and codes group without their strings: that is
// given up only for half of the bytes.
bool Saves(uint64_t bytes, uint64_t than) { return 2 * bytes < than; }

struct Packed {
  ChunkNode node;
  std::vector<PinnedBytes> buffers;

  [[nodiscard]] uint64_t footprint() const {
    uint64_t bytes = 0;
    for (const PinnedBytes& buffer : buffers) bytes += Footprint(buffer.size());
    return bytes;
  }
};

class Compactor {
 public:
  explicit Compactor(ZstdCompressor& compressor) : compressor_(compressor) {}

  absl::StatusOr<Packed> Compact(const std::shared_ptr<const ColumnData>& data) {
    const Shape shape = ShapeOf(data->type);
    if (shape == Shape::kList || shape == Shape::kStruct || shape == Shape::kVector) {
      return Store(data);
    }
    const Column encoded = columnar::ChooseEncoding(Column(data));
    ASSIGN_OR_RETURN(Packed best, Store(encoded.data()));
    // A dictionary is the smaller form of raw bytes, but not always of packed and compressed ones.
    if (encoded.encoding() != Encoding::kDictionary) return best;
    ASSIGN_OR_RETURN(Packed plain, Store(data));
    const bool is_packed = plain.node.values_form == BufferForm::kPlanes;
    const bool pays = is_packed ? plain.footprint() <= best.footprint()
                                : Saves(plain.footprint(), best.footprint());
    return pays ? std::move(plain) : std::move(best);
  }

 private:
  // The column in the encoding that it has.
  absl::StatusOr<Packed> Store(const std::shared_ptr<const ColumnData>& data) {
    Packed packed;
    std::vector<PinnedBytes> below;
    std::vector<PinnedBytes> raw;
    ASSIGN_OR_RETURN(packed.node, DescribeNode(*data, &raw));
    ChunkNode& node = packed.node;
    RETURN_IF_ERROR(StoreBelow(*data, &node, &below));
    auto next = raw.begin();
    const std::optional<NumberRange> numbers = NumbersOf(data->type, node);
    const std::span<const std::byte> validity =
        node.validity.size > 0 ? next->bytes() : std::span<const std::byte>();
    if (node.validity.size > 0) {
      node.validity_form = Choose(*next++, std::nullopt, &node.validity, &packed);
    }
    if (node.offsets.size > 0) {
      std::optional<PinnedBytes> planes;
      if (node.length > 0) planes = PackOffsets(next->bytes());
      node.offsets_form = Choose(*next++, std::move(planes), &node.offsets, &packed);
    }
    if (node.values.size > 0) {
      std::optional<PinnedBytes> planes;
      if (numbers.has_value()) planes = PackNumbers(next->bytes(), *numbers, validity);
      node.values_form = Choose(*next++, std::move(planes), &node.values, &packed);
    }
    ASHLAR_CHECK(next == raw.end());
    std::ranges::move(below, std::back_inserter(packed.buffers));
    return packed;
  }

  // What is below `node`, with its buffers.
  absl::Status StoreBelow(const ColumnData& data, ChunkNode* node,
                          std::vector<PinnedBytes>* buffers) {
    if (data.dictionary != nullptr) {
      ASSIGN_OR_RETURN(Packed dictionary, Store(data.dictionary));
      node->dictionary.push_back(std::move(dictionary.node));
      std::ranges::move(dictionary.buffers, std::back_inserter(*buffers));
    }
    for (const auto& child : data.children) {
      // The elements of a vector stay plain, in any form.
      const bool is_vector = ShapeOf(data.type) == Shape::kVector;
      ASSIGN_OR_RETURN(Packed stored, is_vector ? Store(child) : Compact(child));
      node->children.push_back(std::move(stored.node));
      std::ranges::move(stored.buffers, std::back_inserter(*buffers));
    }
    return absl::OkStatus();
  }

  // Appends the buffer in the form that its bytes ask for.
  BufferForm Choose(const PinnedBytes& raw, std::optional<PinnedBytes> planes, BufferRange* range,
                    Packed* packed) {
    BufferForm form = BufferForm::kRaw;
    PinnedBytes best = raw;
    if (planes.has_value() && Footprint(planes->size()) < Footprint(raw.size())) {
      best = *std::move(planes);
      form = BufferForm::kPlanes;
    }
    if (best.size() > format::kAlignment) {
      PinnedBytes frame = compressor_.Compress(raw.bytes());
      const uint64_t size = Footprint(frame.size());
      const bool pays = form == BufferForm::kPlanes ? Saves(size, Footprint(best.size()))
                                                    : size < Footprint(raw.size());
      if (pays && IsRatioAllowed(frame.size(), raw.size())) {
        best = std::move(frame);
        form = BufferForm::kZstd;
      }
    }
    range->size = best.size();
    packed->buffers.push_back(std::move(best));
    return form;
  }

  ZstdCompressor& compressor_;
};

}  // namespace

absl::StatusOr<ChunkNode> CompactColumn(const Column& canonical, ZstdCompressor& compressor,
                                        std::vector<PinnedBytes>* buffers) {
  ASHLAR_CHECK(canonical.data() != nullptr);
  ASSIGN_OR_RETURN(Packed packed, Compactor(compressor).Compact(canonical.data()));
  std::ranges::move(packed.buffers, std::back_inserter(*buffers));
  return std::move(packed.node);
}

}  // namespace ashlar::segment
