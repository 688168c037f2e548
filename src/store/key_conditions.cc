// Keys of conditions; see the header.
#include "src/store/key_conditions.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "ashlar/key.h"
#include "src/base/check.h"
#include "src/columnar/encoded_keys.h"
#include "src/store/dataset_keys.h"

namespace ashlar::store {
namespace {

using query::Physical;
using query::PointCondition;

// Of all fields together.
constexpr size_t kMostKeys = 64;

std::optional<Key> KeyOf(const query::LiteralValue& value, Physical physical) {
  switch (physical) {
    case Physical::kInt64:
      return Key(value.int64);
    case Physical::kUInt64:
      return Key(value.uint64);
    case Physical::kBytes:
      return Key(std::string_view(value.bytes));
    default:
      return std::nullopt;
  }
}

// Every choice of one value a field.
std::optional<std::vector<Key>> KeysOf(const std::vector<const PointCondition*>& fields) {
  std::vector<std::vector<Key>> choices = {{}};
  for (const PointCondition* const field : fields) {
    if (choices.size() * field->values.size() > kMostKeys) return std::nullopt;
    std::vector<std::vector<Key>> longer;
    for (const std::vector<Key>& begun : choices) {
      for (const query::LiteralValue* const value : field->values) {
        const std::optional<Key> part = KeyOf(*value, field->physical);
        if (!part.has_value()) return std::nullopt;
        longer.push_back(begun);
        longer.back().push_back(*part);
      }
    }
    choices = std::move(longer);
  }
  std::vector<Key> keys;
  for (std::vector<Key>& parts : choices) {
    keys.push_back(parts.size() == 1 ? parts.front() : Key(std::move(parts)));
  }
  return keys;
}

class KeyConditions final : public query::MorselFilter {
 public:
  KeyConditions(std::shared_ptr<const Dataset::Impl> dataset, columnar::EncodedKeys keys)
      : dataset_(std::move(dataset)), keys_(std::move(keys)) {}

  // Rows in memory are few, and what cannot be read is for those who read it.
  bool MayPass(size_t morsel) override {
    const std::vector<manifest::SegmentEntry>& segments = dataset_->state->segments;
    if (morsel >= segments.size()) return true;
    const manifest::SegmentEntry& entry = segments[morsel];
    const SegmentKeys* open = nullptr;
    for (size_t i = 0; i < keys_.rows; ++i) {
      if (entry.keys != nullptr && !entry.keys->MayContain(keys_.key(i))) continue;
      if (open == nullptr) {
        const auto opened = dataset_->keys->OpenSegment(morsel);
        if (!opened.ok()) return true;
        open = *opened;
      }
      if (open->lookup().MayContain(keys_.hashes[i])) return true;
    }
    return false;
  }

 private:
  const std::shared_ptr<const Dataset::Impl> dataset_;
  const columnar::EncodedKeys keys_;
};

}  // namespace

std::unique_ptr<query::MorselFilter> MakeKeyConditions(
    std::shared_ptr<const Dataset::Impl> dataset, const std::vector<PointCondition>& conditions) {
  if (dataset->keys == nullptr) return nullptr;
  const columnar::KeyCodec& codec = dataset->keys->codec();
  std::vector<const PointCondition*> fields;
  for (const size_t column : codec.columns()) {
    const auto found = std::ranges::find(conditions, column, &PointCondition::field);
    if (found == conditions.end()) return nullptr;
    fields.push_back(&*found);
  }
  const std::optional<std::vector<Key>> keys = KeysOf(fields);
  if (!keys.has_value()) return nullptr;
  // A value that no key can have, of another length perhaps, is left to the rows themselves.
  auto encoded = codec.Encode(*keys);
  if (!encoded.ok()) return nullptr;
  return std::make_unique<KeyConditions>(std::move(dataset), *std::move(encoded));
}

}  // namespace ashlar::store
