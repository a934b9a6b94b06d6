namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>What stands behind <c>is</c>.</summary>
internal static class Tests
{
    private static readonly HashSet<string> Known =
    [
        "defined",
        "undefined",
        "none",
        "string",
        "mapping",
        "iterable",
        "sequence",
        "number",
        "integer",
        "float",
        "boolean",
        "true",
        "false",
        "callable",
        "odd",
        "even",
        "divisibleby",
        "sameas",
        "in",
        "lower",
        "upper",
        "eq",
        "equalto",
        "==",
        "ne",
        "!=",
        "lt",
        "lessthan",
        "<",
        "le",
        "<=",
        "gt",
        "greaterthan",
        ">",
        "ge",
        ">=",
    ]; // csharpier-ignore

    /// <summary>Whether there is a test of this name.</summary>
    public static bool Exists(string name) => Known.Contains(name);

    /// <summary>Whether the test holds for the value.</summary>
    public static bool Holds(string name, object? value, CallArguments call) =>
        name switch
        {
            "defined" => value is not UndefinedValue,
            "undefined" => value is UndefinedValue,
            "none" => value is null,
            "string" => value is MarkedText,
            "mapping" => value is TemplateMap { IsNamespace: false },
            "iterable" or "sequence" => value is MarkedText or TemplateList or TemplateMap { IsNamespace: false } or UndefinedValue,
            "number" => Values.IsNumber(value),
            "integer" => value is long,
            "float" => value is double,
            "boolean" => value is bool,
            "true" => value is true,
            "false" => value is false,
            "callable" => value is TemplateFunction,
            "odd" => Integer(value, call) % 2 != 0,
            "even" => Integer(value, call) % 2 == 0,
            "divisibleby" => call.Integer(0, "num", 1) is var divisor and not 0
                ? Integer(value, call) % divisor == 0
                : throw call.Error("Division by zero."),
            "sameas" => (value, call.Get(0, "other")) switch
            {
                // Small values are the same object in Python.
                (MarkedText text, MarkedText other) => text.Text == other.Text,
                (null or bool or long, var other) => Equals(value, other),
                var (first, second) => ReferenceEquals(first, second),
            },
            "in" => Values.Contains(call.Get(0, "seq"), value, call.Context, call.Line),
            "lower" => value is MarkedText text && text.Text.Any(char.IsLower) && !text.Text.Any(char.IsUpper),
            "upper" => value is MarkedText text && text.Text.Any(char.IsUpper) && !text.Text.Any(char.IsLower),
            _ => ComparisonExpression.Holds(Comparison(name), value, call.Get(0, "other"), call.Context, call.Line),
        };

    private static string Comparison(string name) =>
        name switch
        {
            "eq" or "equalto" => "==",
            "ne" => "!=",
            "lt" or "lessthan" => "<",
            "le" => "<=",
            "gt" or "greaterthan" => ">",
            "ge" => ">=",
            _ => name,
        };

    private static long Integer(object? value, CallArguments call) =>
        value is long number ? number : throw call.Error($"This test needs a whole number, not {Values.TypeName(value)}.");
}
