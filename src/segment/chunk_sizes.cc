// Sizes and forms of a node's buffers; see the header.
#include "src/segment/chunk_sizes.h"

#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/segment/chunk_codec.h"
#include "src/segment/format.h"

namespace ashlar::segment {
namespace {

constexpr uint64_t kOffsetBytes = sizeof(int32_t);

absl::Status Wrong(std::string what) { return absl::InvalidArgumentError(std::move(what)); }

// A buffer in the file against its bytes in memory.
absl::Status CheckStored(const char* name, const BufferRange& range, BufferForm form,
                         uint64_t decoded, uint64_t numbers, bool packable) {
  const auto wrong = [name](const char* what) { return Wrong(base::StrCat(name, what)); };
  if (form == BufferForm::kRaw) {
    return range.size == decoded ? absl::OkStatus() : wrong(" of the wrong size");
  }
  if (range.size == 0) return wrong(" that are absent have a form");
  if (form == BufferForm::kPlanes) {
    const uint64_t zones = (numbers + format::kZoneRows - 1) / format::kZoneRows;
    return packable && range.size / format::planes::kSize >= zones
               ? absl::OkStatus()
               : wrong(" that cannot be in planes");
  }
  return range.size < decoded && IsRatioAllowed(range.size, decoded)
             ? absl::OkStatus()
             : wrong(" that claim to be of too many bytes once decompressed");
}

}  // namespace

// Lengths are below 2^42 (rows times a vector's width, capped), so no product overflows.
absl::StatusOr<DecodedSizes> SizesOf(const DataType& type, const ChunkNode& node) {
  DecodedSizes sizes{.validity = 0, .offsets = 0, .values = 0};
  if (node.encoding == Encoding::kConstant) return sizes;
  if (node.null_count > 0) sizes.validity = (node.length + 7) / 8;
  if (node.encoding == Encoding::kDictionary) {
    sizes.values = base::CheckedMul(node.length, node.code_width);
    return sizes;
  }
  switch (ShapeOf(type)) {
    case Shape::kBits:
      sizes.values = (node.length + 7) / 8;
      break;
    case Shape::kFixed:
      sizes.values = base::CheckedMul(node.length, static_cast<uint64_t>(type.byte_width()));
      if (!sizes.values.has_value()) return Wrong("the values are larger than any file");
      break;
    case Shape::kBytes:
      sizes.offsets = (node.length + 1) * kOffsetBytes;
      sizes.values = std::nullopt;
      break;
    case Shape::kList:
      sizes.offsets = (node.length + 1) * kOffsetBytes;
      break;
    case Shape::kVector:
    case Shape::kStruct:
      break;
  }
  return sizes;
}

absl::Status CheckSizes(const DataType& type, const ChunkNode& node) {
  ASSIGN_OR_RETURN(const DecodedSizes sizes, SizesOf(type, node));
  if (sizes.values.has_value() && node.decoded_values != *sizes.values) {
    return Wrong("values that decode to the wrong size");
  }
  if (!sizes.values.has_value() && node.decoded_values > base::kMaxBufferBytes) {
    return Wrong("the values are larger than 32-bit offsets reach");
  }
  RETURN_IF_ERROR(
      CheckStored("validity bits", node.validity, node.validity_form, sizes.validity, 0, false));
  RETURN_IF_ERROR(CheckStored("offsets", node.offsets, node.offsets_form, sizes.offsets,
                              node.length, sizes.offsets > 0 && node.length > 0));
  return CheckStored("values", node.values, node.values_form, node.decoded_values, node.length,
                     node.length > 0 && NumbersOf(type, node).has_value());
}

std::optional<NumberRange> NumbersOf(const DataType& type, const ChunkNode& node) {
  if (node.encoding == Encoding::kDictionary) {
    if (node.dictionary.empty() || node.dictionary[0].length == 0) return std::nullopt;
    return NumberRange{.width = node.code_width,
                       .is_signed = false,
                       .low = 0,
                       .high = node.dictionary[0].length - 1};
  }
  const bool is_time = type.id() == TypeId::kDate32 || type.id() == TypeId::kTimestamp;
  const bool is_signed = type.is_signed_integer() || is_time;
  if (node.encoding != Encoding::kPlain || (!is_signed && !type.is_unsigned_integer())) {
    return std::nullopt;
  }
  const auto width = static_cast<uint8_t>(type.byte_width());
  const int bits = 8 * width;
  const uint64_t all = ~uint64_t{0} >> (64 - bits);
  if (!is_signed) return NumberRange{.width = width, .is_signed = false, .low = 0, .high = all};
  return NumberRange{.width = width, .is_signed = true, .low = ~(all >> 1), .high = all >> 1};
}

NumberRange OffsetDifferences() {
  return {.width = 4, .is_signed = false, .low = 0, .high = base::kMaxBufferBytes};
}

bool IsRatioAllowed(uint64_t stored, uint64_t decoded) {
  return decoded <= format::kFreeBytes || decoded / format::kMaxRatio <= stored;
}

}  // namespace ashlar::segment
