using System.Buffers.Binary;
using System.Text;

namespace Plumbline.LanguageRecipe;

/// <summary>Reads compiled catalogues of GNU gettext (<c>.mo</c>): https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html.</summary>
internal static class Catalogue
{
    /// <summary>The originals, and the translations that differ from them.</summary>
    public static IEnumerable<(string Original, string Translation)> Entries(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < 20 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != 0x950412de)
        {
            yield break;
        }

        int count = Number(bytes, 8),
            originals = Number(bytes, 12),
            translations = Number(bytes, 16);
        for (var i = 0; i < count; i++)
        {
            string original = Text(bytes, originals + 8 * i),
                translation = Text(bytes, translations + 8 * i);
            var context = original.IndexOf('\u0004', StringComparison.Ordinal);
            original = context < 0 ? original : original[(context + 1)..];
            if (original.Length > 0 && original.Split('\0')[0] != translation.Split('\0')[0])
            {
                foreach (var form in translation.Split('\0'))
                {
                    yield return (original.Split('\0')[0], form);
                }
            }
        }
    }

    private static int Number(byte[] bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));

    private static string Text(byte[] bytes, int entry) => Encoding.UTF8.GetString(bytes, Number(bytes, entry + 4), Number(bytes, entry));
}
