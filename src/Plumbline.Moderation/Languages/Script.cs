namespace Plumbline.Moderation.Languages;

/// <summary>The scripts that are told apart, by their codes in ISO 15924.</summary>
/// <remarks>Han, kana and bopomofo are one, because Japanese mixes them: <see cref="Hani"/>.</remarks>
internal enum Script : byte
{
    /// <summary>No letter.</summary>
    Zyyy,
    Latn,
    Cyrl,
    Arab,
    Hebr,
    Grek,
    Armn,
    Geor,
    Deva,
    Beng,
    Guru,
    Gujr,
    Orya,
    Taml,
    Telu,
    Knda,
    Mlym,
    Sinh,
    Thai,
    Laoo,
    Tibt,
    Mymr,
    Khmr,
    Hang,
    Hani,
    Ethi,
    Thaa,

    /// <summary>Letters of any other script.</summary>
    Zzzz,
}

/// <summary>Tells the scripts of characters.</summary>
internal static class Scripts
{
    // Blocks of Unicode by their first and last character: https://www.unicode.org/Public/UNIDATA/Blocks.txt.
    private static readonly (char First, char Last, Script Script)[] Blocks =
    [
        ('A', 'Z', Script.Latn),
        ('a', 'z', Script.Latn),
        ('\u00AA', '\u024F', Script.Latn),
        ('\u0250', '\u02AF', Script.Latn),
        ('\u0370', '\u03FF', Script.Grek),
        ('\u0400', '\u052F', Script.Cyrl),
        ('\u0530', '\u058F', Script.Armn),
        ('\u0590', '\u05FF', Script.Hebr),
        ('\u0600', '\u06FF', Script.Arab),
        ('\u0750', '\u077F', Script.Arab),
        ('\u0780', '\u07BF', Script.Thaa),
        ('\u0870', '\u08FF', Script.Arab),
        ('\u0900', '\u097F', Script.Deva),
        ('\u0980', '\u09FF', Script.Beng),
        ('\u0A00', '\u0A7F', Script.Guru),
        ('\u0A80', '\u0AFF', Script.Gujr),
        ('\u0B00', '\u0B7F', Script.Orya),
        ('\u0B80', '\u0BFF', Script.Taml),
        ('\u0C00', '\u0C7F', Script.Telu),
        ('\u0C80', '\u0CFF', Script.Knda),
        ('\u0D00', '\u0D7F', Script.Mlym),
        ('\u0D80', '\u0DFF', Script.Sinh),
        ('\u0E00', '\u0E7F', Script.Thai),
        ('\u0E80', '\u0EFF', Script.Laoo),
        ('\u0F00', '\u0FFF', Script.Tibt),
        ('\u1000', '\u109F', Script.Mymr),
        ('\u10A0', '\u10FF', Script.Geor),
        ('\u1100', '\u11FF', Script.Hang),
        ('\u1200', '\u139F', Script.Ethi),
        ('\u1780', '\u17FF', Script.Khmr),
        ('\u1C80', '\u1C8F', Script.Cyrl),
        ('\u1C90', '\u1CBF', Script.Geor),
        ('\u1E00', '\u1EFF', Script.Latn),
        ('\u1F00', '\u1FFF', Script.Grek),
        ('\u2C60', '\u2C7F', Script.Latn),
        ('\u2D00', '\u2D2F', Script.Geor),
        ('\u2D80', '\u2DDF', Script.Ethi),
        ('\u2DE0', '\u2DFF', Script.Cyrl),
        ('\u2E80', '\u2FDF', Script.Hani),
        ('\u3005', '\u3007', Script.Hani),
        ('\u3041', '\u312F', Script.Hani),
        ('\u3130', '\u318F', Script.Hang),
        ('\u31A0', '\u31BF', Script.Hani),
        ('\u31F0', '\u31FF', Script.Hani),
        ('\u3400', '\u4DBF', Script.Hani),
        ('\u4E00', '\u9FFF', Script.Hani),
        ('\uA640', '\uA69F', Script.Cyrl),
        ('\uA720', '\uA7FF', Script.Latn),
        ('\uA8E0', '\uA8FF', Script.Deva),
        ('\uA960', '\uA97F', Script.Hang),
        ('\uA9E0', '\uA9FF', Script.Mymr),
        ('\uAA60', '\uAA7F', Script.Mymr),
        ('\uAB00', '\uAB2F', Script.Ethi),
        ('\uAB30', '\uAB6F', Script.Latn),
        ('\uAC00', '\uD7FF', Script.Hang),
        ('\uF900', '\uFAFF', Script.Hani),
        ('\uFB00', '\uFB06', Script.Latn),
        ('\uFB13', '\uFB17', Script.Armn),
        ('\uFB1D', '\uFB4F', Script.Hebr),
        ('\uFB50', '\uFDFF', Script.Arab),
        ('\uFE70', '\uFEFC', Script.Arab),
        ('\uFF66', '\uFF9F', Script.Hani),
        ('\uFFA0', '\uFFDC', Script.Hang),
    ];

    private static readonly string[] Codes = Enum.GetNames<Script>();

    private static readonly byte[] Table = Build();

    /// <summary>The script of a UTF-16 unit, for letters and the marks that stand on them; <see cref="Script.Zyyy"/> for digits, punctuation, signs and surrogates.</summary>
    public static Script Of(char value) => (Script)Table[value];

    /// <summary>Its ISO 15924 code.</summary>
    public static string Code(Script script) => Codes[(int)script];

    /// <summary>The script of that code; null where it is not told apart.</summary>
    public static Script? Find(string code)
    {
        var at = Array.IndexOf(Codes, code);
        return at is > (int)Script.Zyyy and < (int)Script.Zzzz ? (Script)at : null;
    }

    /// <summary>How much a character says, in about what a Latin letter says: one of Chinese is about a third of a word.</summary>
    public static int Weight(Script script) =>
        script switch
        {
            Script.Hani => 3,
            Script.Hang => 2,
            _ => 1,
        };

    /// <summary>Whether words are made of a few dozen letters, so that letters in a random order make a text in no language.</summary>
    public static bool IsAlphabet(Script script) =>
        script is Script.Latn or Script.Cyrl or Script.Arab or Script.Hebr or Script.Grek or Script.Armn or Script.Geor;

    private static byte[] Build()
    {
        var table = new byte[char.MaxValue + 1];
        for (var value = 0; value <= char.MaxValue; value++)
        {
            if (char.IsLetter((char)value))
            {
                table[value] = (byte)Script.Zzzz;
            }
        }

        foreach (var (first, last, script) in Blocks)
        {
            for (int value = first; value <= last; value++)
            {
                var isPart = char.GetUnicodeCategory((char)value) switch
                {
                    System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark =>
                        true,
                    _ => char.IsLetter((char)value) || value is 0x3007,
                };
                table[value] = isPart ? (byte)script : (byte)Script.Zyyy;
            }
        }

        return table;
    }
}
