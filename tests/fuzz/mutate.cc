// The mutations: see mutate.h. Each is tried by parsers' usual mistakes: lengths that lie, counts
// that overflow, records cut or repeated.
#include "tests/fuzz/mutate.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

namespace ashlar::fuzz {
namespace {

constexpr size_t kMaxBytes = 1 << 16;
constexpr std::array<uint64_t, 8> kNumbers = {
    0, 1, 0x7f, 0xff, 0x7fffffff, std::numeric_limits<uint32_t>::max(), 1ULL << 63, ~uint64_t{0}};

size_t Position(std::string_view text, base::Random& random) {
  return static_cast<size_t>(random.Uniform(text.size() + 1));
}

std::string_view Piece(std::string_view text, base::Random& random) {
  const size_t from = Position(text, random);
  const size_t longest = random.OneIn(2) ? 16 : text.size();
  return text.substr(from, static_cast<size_t>(random.Uniform(longest + 1)));
}

void ChangeByte(std::string& input, base::Random& random) {
  if (input.empty()) return;
  char& byte = input[static_cast<size_t>(random.Uniform(input.size()))];
  const auto bit = static_cast<unsigned>(1u << random.Uniform(8));
  byte = random.OneIn(2) ? static_cast<char>(static_cast<unsigned char>(byte) ^ bit)
                         : static_cast<char>(random.Uniform(256));
}

void ChangeNumber(std::string& input, base::Random& random) {
  const uint64_t number = kNumbers[static_cast<size_t>(random.Uniform(kNumbers.size()))];
  const size_t size = size_t{1} << random.Uniform(4);
  const size_t at = Position(input, random);
  std::memcpy(input.data() + at, &number, std::min(size, input.size() - at));
}

void ChangeOnce(std::string& input, std::string_view other, base::Random& random) {
  switch (random.Uniform(6)) {
    case 0:
      ChangeNumber(input, random);
      return;
    case 1: {
      const size_t at = Position(input, random);
      input.erase(at, Piece(std::string_view(input).substr(at), random).size());
      return;
    }
    case 2:
      input.insert(Position(input, random), std::string(Piece(input, random)));
      return;
    case 3:
      input.insert(Position(input, random), std::string(Piece(other, random)));
      return;
    default:
      ChangeByte(input, random);
  }
}

}  // namespace

std::string Mutate(std::string input, std::string_view other, base::Random& random) {
  const uint64_t changes = 1 + random.Uniform(4);
  for (uint64_t i = 0; i < changes; ++i) ChangeOnce(input, other, random);
  if (input.size() > kMaxBytes) input.resize(kMaxBytes);
  return input;
}

}  // namespace ashlar::fuzz
