// Words and reports of merges and of the verbs that look before they write.
//
// Owns: the names of strategies and rewrite modes, and reports and plans as JSON. Does not own:
// what they mean (ashlar/merge.h), nor how they are printed.
#ifndef ASHLAR_TOOLS_ASHLAR_MERGE_TEXT_H_
#define ASHLAR_TOOLS_ASHLAR_MERGE_TEXT_H_

#include <optional>
#include <string>
#include <string_view>

#include "ashlar/merge.h"
#include "tools/ashlar/json.h"

namespace ashlar::tools {

[[nodiscard]] std::optional<MergeStrategy> ParseMergeStrategy(std::string_view text);
[[nodiscard]] std::optional<RewriteMode> ParseRewriteMode(const std::string& text);

// As in rows: integers, texts, base64, and an array of these for a composite key.
[[nodiscard]] Json Describe(const Key& key);
[[nodiscard]] Json::Members Describe(const KeyedWriteReport& report);
[[nodiscard]] Json::Members Describe(const MergeReport& report);
[[nodiscard]] Json::Members Describe(const MergePlan& plan);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_MERGE_TEXT_H_
