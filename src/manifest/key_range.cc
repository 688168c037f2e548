// Cutting the bounds of keys.
#include "src/manifest/key_range.h"

#include "src/base/check.h"
#include "src/base/limits.h"

namespace ashlar::manifest {
namespace {

// The least string that is above every string with this prefix; nothing above 0xff, 0xff, ….
std::optional<std::string> AboveEveryKeyWith(std::string_view prefix) {
  std::string above(prefix);
  while (!above.empty() && above.back() == '\xff') above.pop_back();
  if (above.empty()) return std::nullopt;
  above.back() = static_cast<char>(static_cast<unsigned char>(above.back()) + 1);
  return above;
}

}  // namespace

KeyRange MakeKeyRange(std::string_view least, std::string_view greatest) {
  ASHLAR_CHECK(least <= greatest);
  KeyRange range;
  range.min = least.substr(0, base::kMaxKeyBoundBytes);
  range.max = greatest.size() <= base::kMaxKeyBoundBytes
                  ? std::string(greatest)
                  : AboveEveryKeyWith(greatest.substr(0, base::kMaxKeyBoundBytes));
  ASHLAR_CHECK(range.MayContain(least) && range.MayContain(greatest));
  return range;
}

}  // namespace ashlar::manifest
