// Key: the value that names one row of a keyed dataset.
//
// Owns: holding, comparing, hashing and printing the values of the key fields. Does not own: their
// types, which only the dataset knows (it refuses a key that does not fit, with the name of the
// field), nor the order-preserving bytes that keys become (src/columnar/key_codec.h). No I/O.
//
//   Key(42)  Key("abc")  Key(uint64_t{7})  Key::Binary(bytes)  Key({1, "a"})
#ifndef ASHLAR_KEY_H_
#define ASHLAR_KEY_H_

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace ashlar {

// Integers that keys are made of: neither truth values nor characters.
template <typename T>
concept KeyInteger = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                     !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> &&
                     !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

// An immutable value, cheap to copy, safe on any thread. An integer equals every integer of the
// same value, whatever type it was made from. The order: integers by value, then texts, then binary
// values, both by bytes, then composites part by part.
class Key {
 public:
  enum class Kind : uint8_t { kInteger, kText, kBinary, kComposite };

  // Values convert by themselves, so that Key({1, "a"}) and Get(42) read as they should.
  template <KeyInteger T>
  Key(T value)  // NOLINT(google-explicit-constructor)
      : form_(std::cmp_less(value, 0) ? Form::kNegative : Form::kUnsigned),
        word_(static_cast<uint64_t>(value)) {}
  template <typename T>
  requires std::convertible_to<const T&, std::string_view> Key(
      const T& text)  // NOLINT(google-explicit-constructor)
      : Key(Form::kText, std::string_view(text)) {}
  // One part a key field, in the order of the key fields. One part alone is that part. More than
  // 16 parts, and composites within composites, fit no dataset.
  Key(std::initializer_list<Key> parts) : Key(std::vector<Key>(parts)) {}
  explicit Key(std::vector<Key> parts);
  // Moved from, it is what it was: there is little that could be moved.
  Key(const Key&) = default;
  Key& operator=(const Key&) = default;
  // For binary and fixed_size_binary fields; a text is taken for these too.
  [[nodiscard]] static Key Binary(std::span<const std::byte> bytes);
  [[nodiscard]] static Key Binary(std::string_view bytes) { return {Form::kBinary, bytes}; }

  [[nodiscard]] Kind kind() const { return kKinds[static_cast<size_t>(form_)]; }
  // The value of an integer key that fits; otherwise nothing.
  [[nodiscard]] std::optional<int64_t> AsInt64() const {
    const auto value = static_cast<int64_t>(word_);
    const bool fits = form_ == Form::kNegative || (form_ == Form::kUnsigned && value >= 0);
    return fits ? std::optional(value) : std::nullopt;
  }
  [[nodiscard]] std::optional<uint64_t> AsUInt64() const {
    return form_ == Form::kUnsigned ? std::optional(word_) : std::nullopt;
  }
  // The bytes of a text or binary key; otherwise empty. Valid as long as this very object.
  [[nodiscard]] std::string_view bytes() const {
    if (form_ != Form::kText && form_ != Form::kBinary) return {};
    return {word_ <= kShortBytes ? short_ : rest_->bytes.data(), word_};
  }
  // The parts of a composite; this very key for any other.
  [[nodiscard]] std::span<const Key> parts() const {
    if (form_ != Form::kComposite) return {this, 1};
    return rest_->parts;
  }

  // 42, "abc", x'00ff', (1, "a"): for people. Control characters are escaped, long values cut.
  [[nodiscard]] std::string ToString() const;

  friend bool operator==(const Key& a, const Key& b) { return (a <=> b) == 0; }
  friend std::strong_ordering operator<=>(const Key& a, const Key& b);
  friend std::ostream& operator<<(std::ostream& out, const Key& key);
  template <typename H>
  friend H AbslHashValue(H state, const Key& key) {
    return H::combine(std::move(state), key.Hash());
  }

  // For hash tables in memory; files hold other hashes.
  [[nodiscard]] size_t Hash() const;

 private:
  // In the order of keys.
  enum class Form : uint8_t { kNegative, kUnsigned, kText, kBinary, kComposite };
  static constexpr Kind kKinds[] = {Kind::kInteger, Kind::kInteger, Kind::kText, Kind::kBinary,
                                    Kind::kComposite};
  // Digests of 256 bits, and what is shorter, take no memory of their own.
  static constexpr size_t kShortBytes = 32;
  struct Rest {  // of a key that does not fit
    std::string bytes;
    std::vector<Key> parts;
  };

  Key(Form form, std::string_view bytes) : form_(form), word_(bytes.size()) {
    if (word_ <= kShortBytes) {
      CopyShort(bytes.data(), word_, short_);
    } else {
      HoldLong(bytes);
    }
  }
  void HoldLong(std::string_view bytes);

  // At most kShortBytes. Without a call, and in pieces as large as those that are read again: a
  // search that follows would have to wait for smaller ones.
  static void CopyShort(const char* from, size_t size, char* to) {
    if (size >= 16) return CopyEnds<16>(from, size, to);
    if (size >= 8) return CopyEnds<8>(from, size, to);
    if (size >= 4) return CopyEnds<4>(from, size, to);
    for (size_t i = 0; i < size; ++i) to[i] = from[i];
  }
  // `piece` to twice as many bytes.
  template <size_t piece>
  static void CopyEnds(const char* from, size_t size, char* to) {
    std::memcpy(to, from, piece);
    if (size > piece) std::memcpy(to + size - piece, from + size - piece, piece);
  }

  Form form_;
  uint64_t word_ = 0;  // the bits of an integer; the number of bytes
  char short_[kShortBytes] = {};
  std::shared_ptr<const Rest> rest_;
};

}  // namespace ashlar

template <>
struct std::hash<ashlar::Key> {
  size_t operator()(const ashlar::Key& key) const { return key.Hash(); }
};

#endif  // ASHLAR_KEY_H_
