// Floating-point numbers as text, both ways, without a locale.
//
// Owns: the spelling that JSON, CSV and the query language share: shortest digits that read back
// equal, ".0" on whole numbers so that the type is found again, and the names of what is not
// finite. Not: integers, for which std::to_chars and std::from_chars say it all.
#ifndef ASHLAR_SRC_BASE_NUMBER_TEXT_H_
#define ASHLAR_SRC_BASE_NUMBER_TEXT_H_

#include <optional>
#include <string>
#include <string_view>

namespace ashlar::base {

// "1.5", "2.0", "1e+30", "NaN", "Infinity", "-Infinity".
void AppendDouble(double value, std::string* out);
void AppendFloat(float value, std::string* out);  // the digits that a float needs

// Decimal digits with optional sign, fraction and exponent; all of `text`. Nothing when it is no
// number or above the largest one; too small a number is zero. The non-finite names are refused.
[[nodiscard]] std::optional<double> ParseDouble(std::string_view text);
[[nodiscard]] std::optional<float> ParseFloat(std::string_view text);

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_NUMBER_TEXT_H_
