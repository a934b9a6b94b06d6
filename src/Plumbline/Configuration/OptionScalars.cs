using System.Globalization;
using Plumbline.Randomness;

namespace Plumbline.Configuration;

/// <summary>Single values: which .NET types have a place in YAML, how they are read (YAML 1.2 core) and how they are written.</summary>
internal static class OptionScalars
{
    private const NumberStyles Whole = NumberStyles.AllowLeadingSign;
    private const NumberStyles Real = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private const string Day = "yyyy-MM-dd";

    public static bool IsScalar(Type type) =>
        type.IsEnum
        || type == typeof(Seed)
        || type == typeof(DateOnly)
        || Type.GetTypeCode(type)
            is TypeCode.String
                or TypeCode.Boolean
                or TypeCode.Int32
                or TypeCode.UInt32
                or TypeCode.Int64
                or TypeCode.UInt64
                or TypeCode.Single
                or TypeCode.Double;

    /// <summary>What a user may write for the type.</summary>
    public static string Expected(Type type)
    {
        if (type.IsEnum)
        {
            return $"one of {string.Join(", ", Enum.GetNames(type).Select(OptionText.SnakeCase))}";
        }

        if (type == typeof(DateOnly))
        {
            return "a day, such as 2026-01-31";
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.String => "text",
            TypeCode.Boolean => "true or false",
            TypeCode.Int32 => $"a whole number from {int.MinValue} to {int.MaxValue}",
            TypeCode.UInt32 => $"a whole number from 0 to {uint.MaxValue}",
            TypeCode.Int64 => $"a whole number from {long.MinValue} to {long.MaxValue}",
            TypeCode.Single or TypeCode.Double => "a number",
            _ => $"a whole number from 0 to {ulong.MaxValue}",
        };
    }

    /// <summary>The value of <paramref name="scalar"/> as <paramref name="type"/>; null where it is none. Quoted text is a number to nobody.</summary>
    public static object? Parse(OptionScalar scalar, Type type)
    {
        var text = scalar.Text;
        if (type == typeof(string))
        {
            return text;
        }

        if (type.IsEnum)
        {
            return ParseEnum(text, type);
        }

        if (scalar.IsQuoted)
        {
            return null;
        }

        var culture = CultureInfo.InvariantCulture;
        if (type == typeof(DateOnly))
        {
            return DateOnly.TryParseExact(text, Day, culture, DateTimeStyles.None, out var day) ? day : null;
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => text switch
            {
                "true" or "True" or "TRUE" => true,
                "false" or "False" or "FALSE" => false,
                _ => null,
            },
            TypeCode.Int32 => int.TryParse(text, Whole, culture, out var value) ? value : null,
            TypeCode.UInt32 => uint.TryParse(text, Whole, culture, out var value) ? value : null,
            TypeCode.Int64 => long.TryParse(text, Whole, culture, out var value) ? value : null,
            TypeCode.UInt64 => ulong.TryParse(text, Whole, culture, out var value) ? value : null,
            TypeCode.Single => ParseSingle(text),
            TypeCode.Double => ParseReal(text),
            _ => ulong.TryParse(text, Whole, culture, out var value) ? new Seed(value) : null,
        };
    }

    /// <summary>The scalar that reads back as <paramref name="value"/>.</summary>
    public static OptionScalar Write(object value) =>
        value switch
        {
            string text => new(text, isQuoted: true, position: null),
            Enum name => new(OptionText.SnakeCase(name.ToString()), isQuoted: true, position: null),
            bool flag => new(flag ? "true" : "false", isQuoted: false, position: null),
            DateOnly day => new(day.ToString(Day, CultureInfo.InvariantCulture), isQuoted: false, position: null),
            Seed seed => new(seed.Value.ToString(CultureInfo.InvariantCulture), isQuoted: false, position: null),
            double number => new(WriteReal(number, number.ToString(CultureInfo.InvariantCulture)), isQuoted: false, position: null),
            float number => new(WriteReal(number, number.ToString(CultureInfo.InvariantCulture)), isQuoted: false, position: null),
            IFormattable number => new(number.ToString(null, CultureInfo.InvariantCulture), isQuoted: false, position: null),
            _ => throw new InvalidOperationException($"{value.GetType()} is no option value."),
        };

    private static object? ParseEnum(string text, Type type)
    {
        foreach (var name in Enum.GetNames(type))
        {
            if (OptionText.SnakeCase(name) == text)
            {
                return Enum.Parse(type, name);
            }
        }

        return null;
    }

    /// <summary>A finite number, or YAML's spelled-out <c>.inf</c> and <c>.nan</c>; null where the text overflows or is no number.</summary>
    private static double? ParseReal(string text) =>
        text switch
        {
            ".inf" or "+.inf" or ".Inf" or ".INF" => double.PositiveInfinity,
            "-.inf" or "-.Inf" or "-.INF" => double.NegativeInfinity,
            ".nan" or ".NaN" or ".NAN" => double.NaN,
            _ => double.TryParse(text, Real, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null,
        };

    /// <summary>Parsed as single precision from the digits: by way of double it would be rounded twice.</summary>
    private static float? ParseSingle(string text)
    {
        if (ParseReal(text) is not { } value)
        {
            return null;
        }

        var single = double.IsFinite(value) ? float.Parse(text, Real, CultureInfo.InvariantCulture) : (float)value;
        return float.IsInfinity(single) && double.IsFinite(value) ? null : single;
    }

    /// <summary>The shortest digits that read back exactly, in the form that YAML 1.1 readers also take for a number (<c>1.0e-05</c>).</summary>
    private static string WriteReal(double value, string digits)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? ".nan"
                : value > 0 ? ".inf"
                : "-.inf";
        }

        var exponent = digits.IndexOf('E', StringComparison.Ordinal);
        if (exponent < 0)
        {
            return digits;
        }

        var mantissa = digits[..exponent];
        return $"{mantissa}{(mantissa.Contains('.', StringComparison.Ordinal) ? "" : ".0")}e{digits[(exponent + 1)..]}";
    }
}
