// The one check of names that are relative to a root. See path_rules.h.
#include "src/io/path_rules.h"

#include <cstddef>

#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::io {
namespace {

constexpr size_t kMaxComponent = 255;

bool IsGoodComponent(std::string_view part) {
  return !part.empty() && part.size() <= kMaxComponent && part != "." && part != ".." &&
         part.find('\0') == std::string_view::npos && part.find('/') == std::string_view::npos;
}

}  // namespace

absl::Status CheckName(std::string_view name) {
  const size_t slash = name.find('/');
  const std::string_view head = name.substr(0, slash);
  const bool good = IsGoodComponent(head) &&
                    (slash == std::string_view::npos || IsGoodComponent(name.substr(slash + 1)));
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(base::StrCat("bad file name '", name.substr(0, 64), "'"));
}

absl::Status CheckDirectoryName(std::string_view name) {
  return name.empty() ? absl::OkStatus() : CheckName(name);
}

SplitName SplitCheckedName(std::string_view name) {
  const size_t slash = name.find('/');
  if (slash == std::string_view::npos) return {"", std::string(name)};
  SplitName split{std::string(name.substr(0, slash)), std::string(name.substr(slash + 1))};
  ASHLAR_CHECK(!split.directory.empty() && !split.leaf.empty());
  return split;
}

}  // namespace ashlar::io
