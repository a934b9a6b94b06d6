using System.Runtime.CompilerServices;
using Plumbline.Moderation.PersonalData.Rules;
using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>Finds values that are given to a name such as <c>password</c> or <c>api_key</c>, in files, code and prose.</summary>
[SkipLocalsInit]
internal static class AssignmentRecognizer
{
    private const int LongestName = 48;
    private const int ShortestValue = 6;
    private const int LongestValue = 256;

    // The end of a name decides: "db_password", "AWS_SECRET_ACCESS_KEY", "Mot de passe".
    private static readonly string[] Names =
    [
        .. CommonWords.Split(
            "password, passwd, passphrase, pwd, pass, secret, secretkey, token, apikey, api key, accesskey, authkey, accountkey, sharedaccesskey, privatekey, clientsecret, encryptionkey, "
                + "signingkey, credentials, passwort, kennwort, mot de passe, contraseña, contrasena, clave, senha, palavra-passe, wachtwoord, lösenord, losenord, passord, adgangskode, salasana, "
                + "hasło, haslo, heslo, jelszó, parola, şifre, пароль, пароля, κωδικός, 密码, 密碼, パスワード, 비밀번호, كلمة المرور, कूटशब्द, पासवर्ड, รหัสผ่าน, mật khẩu, kata sandi, סיסמה"
        ),
    ];

    /// <summary>Looks for one around a sign.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="at">Where <c>=</c> or <c>:</c> stands.</param>
    internal static void Around(ref TextScan scan, int at)
    {
        var text = scan.Text;
        if (scan.Plan.Assignment is not { } slot || at == 0 || text[at - 1] is ':' or '=' || !EndsWithName(text, at))
        {
            return;
        }

        var start = at + 1;
        while (start < text.Length && start - at < 5 && text[start] is ' ' or '=' or '>' or ':' or '\t')
        {
            start++;
        }

        var quote = start < text.Length && text[start] is '"' or '\'' or '`' or '“' or '„' or '«' ? text[start] : '\0';
        start += quote == '\0' ? 0 : 1;
        var end = start;
        while (end < text.Length && end - start <= LongestValue && !IsEnd(text[end], quote) && !BeginsParameter(text, end))
        {
            end++;
        }

        while (quote == '\0' && end > start && text[end - 1] is '.' or ',' or ';' or '!' or '?' or ')')
        {
            end--;
        }

        scan.Work += LongestName + end - at;
        if (end - start is >= ShortestValue and <= LongestValue && SecretEntropy.MayBePassword(text[start..end], quote != '\0'))
        {
            scan.Add(slot.Rule, null, start, end, PersonalDataConfidence.Of(slot.Rule.Chance, PersonalDataConfidence.Own, 0));
        }
    }

    private static bool IsEnd(char c, char quote) =>
        quote switch
        {
            '\0' => char.IsWhiteSpace(c) || c is '"' or '\'' or '`' or ';' or '<' or '，' or '。',
            '“' or '„' => c is '”' or '“' or '\n',
            '«' => c is '»' or '\n',
            _ => c == quote || c == '\n',
        };

    // The next parameter of a query.
    private static bool BeginsParameter(ReadOnlySpan<char> text, int at)
    {
        if (text[at] != '&')
        {
            return false;
        }

        var end = at + 1;
        while (end < text.Length && end - at < LongestName && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '-'))
        {
            end++;
        }

        return end > at + 1 && end < text.Length && text[end] == '=';
    }

    private static bool EndsWithName(ReadOnlySpan<char> text, int at)
    {
        var end = at;
        while (end > 0 && at - end < 3 && text[end - 1] is ' ' or '"' or '\'' or ']' or '?')
        {
            end--;
        }

        if (
            end == 0
            || !char.IsLetter(text[end - 1])
                && char.GetUnicodeCategory(text[end - 1])
                    is not (
                        System.Globalization.UnicodeCategory.NonSpacingMark
                        or System.Globalization.UnicodeCategory.SpacingCombiningMark
                    )
        )
        {
            return false;
        }

        Span<char> name = stackalloc char[LongestName];
        var length = 0;
        for (var i = Math.Max(0, end - LongestName); i < end; i++)
        {
            if (text[i] is not ('_' or '-'))
            {
                name[length++] = char.ToLowerInvariant(text[i]);
            }
        }

        foreach (var word in Names)
        {
            if (
                name[..length].EndsWith(word)
                && (
                    word.Length > 5
                    || length == word.Length
                    || !char.IsLetter(name[length - word.Length - 1])
                    || IsJoined(text, end - word.Length)
                )
            )
            {
                return true;
            }
        }

        return false;
    }

    // "db_pass" and "dbPass" but not "compass".
    private static bool IsJoined(ReadOnlySpan<char> text, int start) =>
        start > 0 && (text[start - 1] is '_' or '-' || char.IsUpper(text[start]));
}
