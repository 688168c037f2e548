// The small pieces that checkpoints and edits share: tags and log seals.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "src/base/limits.h"
#include "src/io/file_names.h"
#include "src/manifest/manifest_codec.h"

namespace ashlar::manifest {
namespace {

constexpr uint64_t kMinAttributeBytes = 2;
constexpr uint64_t kMinSealBytes = 2;

}  // namespace

void EncodeTag(const std::string& name, const TagState& tag, base::ByteWriter& out) {
  out.PutString(name);
  out.PutVarint64(tag.version);
  out.PutVarint64(tag.attributes.size());
  for (const auto& [key, value] : tag.attributes) {
    out.PutString(key);
    out.PutString(value);
  }
}

std::pair<std::string, TagState> DecodeTag(FieldReader& in) {
  std::string name(in.String("tag name", base::kMaxNameBytes));
  TagState tag;
  tag.version = in.Varint("tagged version");
  const uint64_t count = in.Count("attributes", kMinAttributeBytes);
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    std::string key(in.String("attribute name", UINT32_MAX));
    std::string value(in.String("attribute value", UINT32_MAX));
    if (!tag.attributes.empty() && key <= tag.attributes.rbegin()->first) {
      in.Fail("attributes do not ascend");
    }
    tag.attributes.emplace_hint(tag.attributes.end(), std::move(key), std::move(value));
  }
  return {std::move(name), std::move(tag)};
}

void EncodeLogSeals(const std::vector<LogSeal>& seals, base::ByteWriter& out) {
  out.PutVarint64(seals.size());
  for (const LogSeal& seal : seals) {
    out.PutVarint64(seal.number);
    out.PutVarint64(seal.bytes);
  }
}

std::vector<LogSeal> DecodeLogSeals(FieldReader& in) {
  std::vector<LogSeal> seals;
  const uint64_t count = in.Count("log seals", kMinSealBytes);
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    LogSeal seal;
    seal.number = in.Varint("log", io::kMaxFileNumber);
    if (seal.number <= (seals.empty() ? 0 : seals.back().number)) in.Fail("logs do not ascend");
    seal.bytes = in.Varint("sealed at bytes");
    seals.push_back(seal);
  }
  return seals;
}

}  // namespace ashlar::manifest
