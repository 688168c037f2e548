// KeyCodec: keys of a dataset to bytes whose memcmp order is the order of the keys, and back.
//
// Owns: the encoding (docs/FORMAT.md, "Keys") and the refusal of values that are no keys. Does not
// own: sorting (key_sort.h) or finding them. One byte string a key lets every index, filter, sort
// and range work without knowing the types.
//
// The encoding is that of the parts in order:
//   integers            big endian in the width of the field; the sign bit of signed ones flipped
//   fixed_size_binary   its bytes
//   utf8, binary        not the last part: each 0x00 as 0x00 0xff, then 0x00 0x00; last: its bytes
// So no key is a prefix of another unless its last part is, and a range of text prefixes is a range
// of bytes.
#ifndef ASHLAR_SRC_COLUMNAR_KEY_CODEC_H_
#define ASHLAR_SRC_COLUMNAR_KEY_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/key.h"
#include "ashlar/types.h"
#include "src/columnar/encoded_keys.h"

namespace ashlar::columnar {

// Where EncodeView() puts what it makes.
struct KeyRoom {
  char word[sizeof(uint64_t)];
  std::string bytes;
};

// Immutable, safe on any thread.
class KeyCodec {
 public:
  // The key fields by name, in key order. NotFound for an unknown name; InvalidArgument for none,
  // more than kMaxKeyParts, one twice, a type that keys do not have, or fixed parts that alone
  // exceed kMaxKeyBytes.
  [[nodiscard]] static absl::StatusOr<KeyCodec> Make(const Schema& schema,
                                                     std::span<const std::string> names);

  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }
  // Where the key fields are in the schema.
  [[nodiscard]] const std::vector<size_t>& columns() const { return columns_; }
  // The shapes of keys that are encoded in a few instructions, and all others.
  enum class Form : uint8_t { kParts, kInt64, kUInt64, kBytes };
  [[nodiscard]] Form form() const { return form_; }
  // The bytes of every key; 0 when they vary.
  [[nodiscard]] uint32_t width() const { return width_; }

  // InvalidArgument names the field: the number of parts, a part of another type, an integer out
  // of the field's range, text that is no UTF-8, bytes of another width, more than kMaxKeyBytes.
  [[nodiscard]] absl::StatusOr<std::string> Encode(const Key& key) const;
  // The same without memory for most: a view of the key itself, or of `*room`, which holds what is
  // not there. As long-lived as both, and as both are left alone.
  [[nodiscard]] absl::StatusOr<std::string_view> EncodeView(const Key& key, KeyRoom* room) const;
  // The same for many; errors name the row, counted from 0, too.
  [[nodiscard]] absl::StatusOr<EncodedKeys> Encode(std::span<const Key> keys) const;
  // What all keys begin with whose first parts are those of `key`. With all parts given, keys whose
  // last part goes on are among them where that is utf8 or binary.
  [[nodiscard]] absl::StatusOr<std::string> EncodePrefix(const Key& key) const;
  // The key columns of many rows, one a key field and of its type, in any encoding. InvalidArgument
  // names field and row: a null, a key of more than kMaxKeyBytes; also keys of more than 2 GiB in
  // all. Utf8 is not validated again.
  [[nodiscard]] absl::StatusOr<EncodedKeys> EncodeColumns(std::span<const Column> columns) const;
  // Picks the key columns out of a batch of the schema.
  [[nodiscard]] absl::StatusOr<EncodedKeys> EncodeBatch(const RecordBatch& batch) const;
  // The same into `keys`, whose memory serves again; after an error they are of no use.
  [[nodiscard]] absl::Status EncodeBatch(const RecordBatch& batch, EncodedKeys* keys) const;
  // Whether EncodeBatch() takes the batch.
  [[nodiscard]] absl::Status CheckBatch(const RecordBatch& batch) const;

  // DataLoss for bytes that Encode() does not make. Safe for hostile bytes.
  [[nodiscard]] absl::StatusOr<Key> Decode(std::string_view bytes) const;

 private:
  KeyCodec() = default;
  [[nodiscard]] static Form FormOf(const std::vector<Field>& fields);
  [[nodiscard]] absl::Status AppendKey(const Key& key, std::string* bytes) const;
  // Appends the first parts; the last of all fields is encoded raw.
  [[nodiscard]] absl::Status AppendParts(const Key& key, std::string* bytes) const;
  // Without bytes, in the shape of `rows` keys.
  void Shape(size_t rows, EncodedKeys* keys) const;
  [[nodiscard]] absl::Status CheckColumns(std::span<const Column* const> columns) const;
  [[nodiscard]] absl::Status EncodeInto(std::span<const Column* const> columns,
                                        EncodedKeys* keys) const;

  std::vector<Field> fields_;
  std::vector<size_t> columns_;
  uint32_t width_ = 0;
  Form form_ = Form::kParts;
};

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_KEY_CODEC_H_
