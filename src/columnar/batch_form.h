// The form of a column or of a node within it: one byte that says how its values are written.
//
// Owns: the bits of that byte, which reach disk (docs/FORMAT.md, "Batches in the commit log").
// Does not own: the values behind it (batch_node_writer.h, batch_node_reader.h).
#ifndef ASHLAR_SRC_COLUMNAR_BATCH_FORM_H_
#define ASHLAR_SRC_COLUMNAR_BATCH_FORM_H_

#include <cstdint>

namespace ashlar::columnar {

// Values reach disk: never renumber. Nodes below a column are plain.
enum class BatchForm : uint8_t {
  kPlain = 0,
  kNull = 1,      // all rows are null; nothing follows
  kConstant = 2,  // of leaves: one value, plain
  kDictionary = 3,
};

inline constexpr uint8_t kFormKindMask = 3;
inline constexpr uint8_t kFormValidityFlag = 4;
// Of the lengths of strings and lists, or of a dictionary's codes: 0, 1, 2 for 1, 2, 4 bytes.
inline constexpr uint8_t kFormWidthShift = 3;
inline constexpr uint8_t kFormWidthMask = 3;
inline constexpr uint8_t kFormKnownBits =
    kFormKindMask | kFormValidityFlag | (kFormWidthMask << kFormWidthShift);

[[nodiscard]] constexpr BatchForm FormKind(uint8_t form) {
  return static_cast<BatchForm>(form & kFormKindMask);
}
[[nodiscard]] constexpr bool HasValidity(uint8_t form) { return (form & kFormValidityFlag) != 0; }
[[nodiscard]] constexpr uint8_t WidthBits(uint8_t form) {
  return (form >> kFormWidthShift) & kFormWidthMask;
}
// Bytes of a length or code: 1, 2 or 4 (8 for bits that no writer sets).
[[nodiscard]] constexpr uint32_t WidthOf(uint8_t form) { return uint32_t{1} << WidthBits(form); }

// `width` is 1, 2 or 4.
[[nodiscard]] constexpr uint8_t MakeForm(BatchForm kind, bool validity, uint32_t width) {
  const uint32_t bits = width >> 1;  // 0, 1, 2
  return static_cast<uint8_t>(static_cast<uint32_t>(kind) | (validity ? kFormValidityFlag : 0U) |
                              (bits << kFormWidthShift));
}

// The smallest width that holds numbers up to `largest`, which has 32 bits.
[[nodiscard]] constexpr uint32_t WidthFor(uint64_t largest) {
  if (largest <= UINT8_MAX) return 1;
  return largest <= UINT16_MAX ? 2 : 4;
}

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_BATCH_FORM_H_
