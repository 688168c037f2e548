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
#include <variant>
#include <vector>

#include "absl/container/inlined_vector.h"

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
  Key(T value) : value_(FromInteger(value)) {}  // NOLINT(google-explicit-constructor)
  template <typename T>
  requires std::convertible_to<const T&, std::string_view> Key(
      const T& text)  // NOLINT(google-explicit-constructor)
      : value_(Text{Inlined(text)}) {}
  // One part a key field, in the order of the key fields. One part alone is that part. More than
  // 16 parts, and composites within composites, fit no dataset.
  Key(std::initializer_list<Key> parts) : Key(std::vector<Key>(parts)) {}
  explicit Key(std::vector<Key> parts);
  // For binary and fixed_size_binary fields; a text is taken for these too.
  [[nodiscard]] static Key Binary(std::span<const std::byte> bytes);
  [[nodiscard]] static Key Binary(std::string_view bytes);

  [[nodiscard]] Kind kind() const { return kKinds[value_.index()]; }
  // The value of an integer key that fits; otherwise nothing.
  [[nodiscard]] std::optional<int64_t> AsInt64() const {
    if (const auto* negative = std::get_if<int64_t>(&value_)) return *negative;
    const auto* value = std::get_if<uint64_t>(&value_);
    if (value == nullptr || *value > static_cast<uint64_t>(INT64_MAX)) return std::nullopt;
    return static_cast<int64_t>(*value);
  }
  [[nodiscard]] std::optional<uint64_t> AsUInt64() const {
    const auto* value = std::get_if<uint64_t>(&value_);
    return value == nullptr ? std::nullopt : std::optional(*value);
  }
  // The bytes of a text or binary key; otherwise empty. Valid as long as this very object.
  [[nodiscard]] std::string_view bytes() const {
    if (const auto* text = std::get_if<Text>(&value_)) return View(text->bytes);
    if (const auto* binary = std::get_if<Bytes>(&value_)) return View(binary->bytes);
    return {};
  }
  // The parts of a composite; this very key for any other.
  [[nodiscard]] std::span<const Key> parts() const {
    if (const auto* parts = std::get_if<Parts>(&value_)) return **parts;
    return {this, 1};
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
  // Digests of 256 bits, and what is shorter, take no memory of their own.
  static constexpr size_t kInlineBytes = 32;
  using InlineBytes = absl::InlinedVector<char, kInlineBytes>;
  struct Text {
    InlineBytes bytes;
  };
  struct Bytes {
    InlineBytes bytes;
  };
  using Parts = std::shared_ptr<const std::vector<Key>>;
  // A signed integer is held only when negative: so each integer has one form.
  using Value = std::variant<int64_t, uint64_t, Text, Bytes, Parts>;

  explicit Key(Bytes bytes) : value_(std::move(bytes)) {}

  // By the place in Value.
  static constexpr Kind kKinds[] = {Kind::kInteger, Kind::kInteger, Kind::kText, Kind::kBinary,
                                    Kind::kComposite};

  static InlineBytes Inlined(std::string_view bytes) {
    InlineBytes inlined(kInlineBytes);  // no byte is ever uninitialised: moves copy them all
    inlined.resize(bytes.size());
    if (!bytes.empty()) std::memcpy(inlined.data(), bytes.data(), bytes.size());
    return inlined;
  }
  static std::string_view View(const InlineBytes& bytes) { return {bytes.data(), bytes.size()}; }

  template <KeyInteger T>
  static Value FromInteger(T value) {
    if constexpr (std::is_signed_v<T>) {
      if (value < 0) return Value(std::in_place_type<int64_t>, value);
    }
    return Value(std::in_place_type<uint64_t>, static_cast<uint64_t>(value));
  }

  Value value_;
};

}  // namespace ashlar

template <>
struct std::hash<ashlar::Key> {
  size_t operator()(const ashlar::Key& key) const { return key.Hash(); }
};

#endif  // ASHLAR_KEY_H_
