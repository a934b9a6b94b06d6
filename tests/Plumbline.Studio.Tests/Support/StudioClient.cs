using System.Net;
using System.Text.RegularExpressions;

namespace Plumbline.Studio.Tests.Support;

/// <summary>A browser without a screen: cookies, and forms as the pages have them.</summary>
internal sealed partial class StudioClient(HttpClient http) : IDisposable
{
    public HttpClient Http => http;

    /// <summary>The HTML of a page.</summary>
    public async Task<string> PageAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await http.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{path} gave {(int)answer.StatusCode}: {text}");
        return WebUtility.HtmlDecode(text);
    }

    /// <summary>Sends a form as a page holds it, with its token.</summary>
    /// <param name="page">The page with the form.</param>
    /// <param name="path">Where it is sent.</param>
    /// <param name="fields">Its fields.</param>
    public async Task<FormAnswer> SendFormAsync(string page, string path, IEnumerable<(string Name, string Value)> fields)
    {
        using var shown = await http.GetAsync(page);
        var token = TokenField().Match(await shown.Content.ReadAsStringAsync()).Groups[1].Value;
        return await SendAsync(path, [("form_token", WebUtility.HtmlDecode(token)), .. fields]);
    }

    /// <summary>Sends fields as they are.</summary>
    public async Task<FormAnswer> SendAsync(string path, IEnumerable<(string Name, string Value)> fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await http.PostAsync(path, content);
        return new FormAnswer(
            answer.StatusCode,
            answer.Headers.Location?.OriginalString,
            WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync())
        );
    }

    /// <summary>Makes a move on the page of a task.</summary>
    public Task<FormAnswer> MoveAsync(long request, string move, params (string Name, string Value)[] fields) =>
        SendFormAsync($"/tasks/{request}", $"/tasks/{request}", [.. fields, ("move", move)]);

    public void Dispose() => http.Dispose();

    [GeneratedRegex("name=\"form_token\" value=\"([^\"]+)\"")]
    private static partial Regex TokenField();
}

/// <summary>What a form led to.</summary>
/// <param name="Status">The status.</param>
/// <param name="Location">Where it leads; null for nowhere.</param>
/// <param name="Text">The page.</param>
internal sealed record FormAnswer(HttpStatusCode Status, string? Location, string Text);
