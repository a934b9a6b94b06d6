using System.Security.Cryptography;
using System.Text;
using Plumbline.Data;

namespace Plumbline.TinyWorld;

/// <summary>Ids of rows: the first 16 hexadecimal digits of the SHA-256 of roles and texts.</summary>
internal static class ContentHash
{
    public static string Of(params ReadOnlySpan<Content> contents)
    {
        var text = new StringBuilder();
        foreach (var content in contents)
        {
            text.Append(content.Text).Append('\u001D');
            foreach (var message in content.Messages ?? [])
            {
                text.Append(message.Role.Value).Append('\u001F').Append(message.Text).Append('\u001E');
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
    }
}
