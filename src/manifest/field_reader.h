// FieldReader: reads the values of a payload by name, and notes them down for the dump on request.
//
// Owns: the notes. Does not own: the order of the values (the codec). Why: the dump explains bytes
// by running the decoder itself, so it cannot disagree with it; without notes the names cost a
// branch.
#ifndef ASHLAR_SRC_MANIFEST_FIELD_READER_H_
#define ASHLAR_SRC_MANIFEST_FIELD_READER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "src/base/coding.h"
#include "src/base/digest.h"
#include "src/base/names.h"
#include "src/base/strings.h"

namespace ashlar::manifest {

// What the bytes [offset, offset + size) of a file mean.
struct FieldNote {
  uint64_t offset = 0;
  uint64_t size = 0;
  std::string name;
  std::string value;
};

class FieldReader {
 public:
  // `offset` is where the bytes begin in the file `context`. `notes` may be null. `owner` keeps the
  // bytes for what is decoded later; without one it is copied.
  FieldReader(std::span<const std::byte> bytes, std::string_view context, uint64_t offset,
              std::vector<FieldNote>* notes, std::shared_ptr<const void> owner = nullptr)
      : in_(bytes, context, offset), notes_(notes), owner_(std::move(owner)) {}

  [[nodiscard]] uint8_t U8(std::string_view name) {
    return Read(name, [&] { return in_.ReadU8(); });
  }
  [[nodiscard]] int64_t I64(std::string_view name) {
    return Read(name, [&] { return in_.ReadI64(); });
  }
  // At most `max`.
  [[nodiscard]] uint64_t Varint(std::string_view name, uint64_t max = UINT64_MAX) {
    return Read(name, [&] {
      const uint64_t value = in_.ReadVarint64();
      if (value > max) in_.Fail(base::StrCat(name, " is ", value, ", at most ", max));
      return in_.ok() ? value : 0;
    });
  }
  [[nodiscard]] uint64_t Count(std::string_view name, uint64_t min_bytes_each) {
    return Read(name, [&] { return in_.ReadCount(UINT64_MAX, min_bytes_each); });
  }
  [[nodiscard]] std::string_view String(std::string_view name, uint64_t max_bytes) {
    return Read(name, [&] { return in_.ReadString(max_bytes); });
  }
  [[nodiscard]] base::Digest Digest(std::string_view name) {
    return Read(name, [&] { return in_.ReadDigest(); });
  }
  // For values that another codec reads from raw().
  void Note(std::string_view name, uint64_t begin, std::string value) {
    if (notes_ != nullptr)
      notes_->push_back({begin, in_.offset() - begin, std::string(name), std::move(value)});
  }

  // Whether Note() keeps what it is given; values that cost something need not be made otherwise.
  [[nodiscard]] bool takes_notes() const { return notes_ != nullptr; }
  [[nodiscard]] const std::shared_ptr<const void>& owner() const { return owner_; }

  void Fail(std::string_view what) { in_.Fail(what); }
  [[nodiscard]] bool ok() const { return in_.ok(); }
  [[nodiscard]] base::ByteReader& raw() { return in_; }
  [[nodiscard]] absl::Status status() const { return in_.status(); }
  [[nodiscard]] absl::Status Finish() { return in_.Finish(); }

 private:
  static std::string Show(uint8_t value) { return base::StrCat(uint64_t{value}); }
  static std::string Show(int64_t value) { return base::StrCat(value); }
  static std::string Show(uint64_t value) { return base::StrCat(value); }
  static std::string Show(std::string_view value) { return base::QuoteForMessage(value); }
  static std::string Show(const base::Digest& value) { return value.ToHex(); }

  template <typename Reader>
  std::invoke_result_t<const Reader&> Read(std::string_view name, const Reader& read) {
    const uint64_t begin = in_.offset();
    const auto value = read();
    if (notes_ != nullptr && in_.ok()) Note(name, begin, Show(value));
    return value;
  }

  base::ByteReader in_;
  std::vector<FieldNote>* notes_;
  std::shared_ptr<const void> owner_;
};

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_FIELD_READER_H_
