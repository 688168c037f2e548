// JsonMembers: the known member names of one kind of object.
//
// Owns: finding a member's index fast, by guessing that members come in the order of last time, and
// noticing duplicates. Does not own: what a member holds.
#ifndef ASHLAR_TOOLS_IMPORT_JSON_MEMBERS_H_
#define ASHLAR_TOOLS_IMPORT_JSON_MEMBERS_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "tools/import/json_ondemand.h"

namespace ashlar::tools {

class JsonMembers {
 public:
  [[nodiscard]] size_t size() const { return entries_.size(); }
  [[nodiscard]] const std::string& name(size_t index) const { return entries_[index].name; }

  size_t Add(std::string_view name) {
    const size_t index = entries_.size();
    const bool plain = name.find_first_of("\\\"") == name.npos;
    entries_.push_back({.name = std::string(name), .object = 0, .plain = plain});
    by_name_.emplace(entries_.back().name, index);
    return index;
  }

  // Starts a new object: no member was seen in it.
  void StartObject() {
    ++object_;
    next_ = 0;
    seen_ = 0;
  }

  // The index of the field's name; nothing when it is unknown, and then `*name` is set.
  // kBlockPadding makes it safe to compare as many bytes as a name has.
  [[nodiscard]] std::optional<size_t> Find(ondemand::field& field, std::string_view* name,
                                           simdjson::error_code* code) {
    *code = simdjson::SUCCESS;
    if (next_ < entries_.size() && entries_[next_].plain) {
      const std::string& guess = entries_[next_].name;
      const char* raw = field.key().raw();
      if (std::memcmp(raw, guess.data(), guess.size()) == 0 && raw[guess.size()] == '"') {
        return next_++;
      }
    }
    *code = field.unescaped_key().get(*name);
    if (*code != simdjson::SUCCESS) return std::nullopt;
    const auto found = by_name_.find(absl::string_view(name->data(), name->size()));
    if (found == by_name_.end()) return std::nullopt;
    next_ = found->second + 1;
    return found->second;
  }

  // False when this object had the member already.
  [[nodiscard]] bool MarkSeen(size_t index) {
    if (entries_[index].object == object_) return false;
    entries_[index].object = object_;
    ++seen_;
    return true;
  }
  [[nodiscard]] bool WasSeen(size_t index) const { return entries_[index].object == object_; }
  [[nodiscard]] bool AllSeen() const { return seen_ == entries_.size(); }

 private:
  struct Entry {
    std::string name;
    uint64_t object = 0;  // the last object that had it
    bool plain = false;   // needs no escape in JSON, so bytes can be compared
  };
  std::vector<Entry> entries_;
  absl::flat_hash_map<std::string, size_t> by_name_;
  uint64_t object_ = 0;
  size_t next_ = 0;
  size_t seen_ = 0;
};

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_JSON_MEMBERS_H_
