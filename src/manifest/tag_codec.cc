// The small pieces that checkpoints and edits share: tags and durable logs.
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
constexpr uint64_t kMinDurableLogBytes = 2;

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

void EncodeDurableLogs(const std::vector<DurableLog>& logs, base::ByteWriter& out) {
  out.PutVarint64(logs.size());
  for (const DurableLog& log : logs) {
    out.PutVarint64(log.number);
    out.PutVarint64(log.bytes);
  }
}

std::vector<DurableLog> DecodeDurableLogs(FieldReader& in) {
  std::vector<DurableLog> logs;
  const uint64_t count = in.Count("durable logs", kMinDurableLogBytes);
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    DurableLog log;
    log.number = in.Varint("log", io::kMaxFileNumber);
    if (log.number <= (logs.empty() ? 0 : logs.back().number)) in.Fail("logs do not ascend");
    log.bytes = in.Varint("durable bytes");
    logs.push_back(log);
  }
  return logs;
}

}  // namespace ashlar::manifest
