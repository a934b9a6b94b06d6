using Plumbline.Feedback.Projects;
using Plumbline.Studio.Localization;
using Plumbline.Studio.Tests.Support;

namespace Plumbline.Studio.Tests.Journeys;

public sealed class EveryPageTests(Chromium chromium)
{
    /// <summary>Every way in which pages are looked at: width, dark, language.</summary>
    public static TheoryData<int, bool, string> Looks() =>
        new MatrixTheoryData(StudioLanguage.All.Any(language => language.Tag == "ar") ? ["en", "ar"] : ["en"]).Rows;

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Every_page_is_accessible_and_fits(int width, bool dark, string language)
    {
        await using var studio = await StudioUnderTest.StartAsync(options => options with { Constitution = "general" });
        var form = JudgementForm.InstructGpt with
        {
            Critiques = true,
            SpanLabels = [new("wrong", "Wrong"), new("rude", "Rude")],
            TurnRatings = [new("tone", "Tone")],
        };
        var (project, requests) = await studio.SeedAsync(
            with: settings => settings with { Form = form, Guidelines = "# Be kind\n\nSay why, and `quote`.", BreakAfterMinutes = 5 },
            task: asked => asked with { Criteria = [new("harm", "Which does least harm?")] }
        );
        var (pictures, picture) = await studio.SeedPicturesAsync(3);
        var account = await studio.AddAsync("administrator of all", 0, ProjectRole.Administrator);
        await studio.Stores.Accounts.ChangeAsync(account with { Language = language, ConcurrencyStamp = "next" }, account.ConcurrencyStamp);
        var invitation = await studio.Stores.Accounts.GrantAsync(
            new(Feedback.Accounts.GrantKind.Invitation, studio.Clock.GetUtcNow().AddDays(1))
            {
                Project = project,
                Role = ProjectRole.Evaluator,
            }
        );
        using var client = await studio.SignedInAsync(account);
        await client.SendFormAsync("/", $"/projects/{project}/next", []);
        await client.SendFormAsync("/", $"/projects/{pictures}/next", []);
        await client.MoveAsync(requests[0], "end:0");
        await client.MoveAsync(requests[0], "mark:1", ("quote.1", "a"), ("label.1", "rude"));
        await client.MoveAsync(requests[0], "compare:0");
        var page = await chromium.OpenAsync(width, dark: dark);

        foreach (var path in new[] { "/signin", $"/join/{invitation}", "/join/nothing", "/welcome/nothing" })
        {
            await CheckAsync(path);
        }

        await page.SignInAsync(await studio.LinkAsync(account));
        string[] paths =
        [
            "/",
            $"/tasks/{requests[0]}",
            $"/tasks/{picture}",
            $"/projects/{project}/guidelines",
            "/history",
            "/account",
            "/help/keyboard",
            "/projects/new",
            $"/projects/{project}/settings",
            $"/projects/{project}/people",
            "/nowhere",
        ];
        foreach (var path in paths)
        {
            await CheckAsync(path);
        }

        async Task CheckAsync(string path)
        {
            await page.GotoAsync(new Uri(studio.Address, path).AbsoluteUri);
            await page.AssertAccessibleAsync();
            await page.AssertFitsAsync();
            var name =
                path.Trim('/').Split('/') is [var first, .., var last] && !long.TryParse(last, out _) && first != last
                    ? $"{first}-{last}"
                    : path.Trim('/').Split('/')[0];
            await page.KeepPictureAsync(
                $"studio-all-{(name.Length == 0 ? "home" : name.Length > 40 ? "join" : name)}-{width}-{(dark ? "dark" : "light")}-{language}{(path.EndsWith(picture.ToString(), StringComparison.Ordinal) ? "-p" : "")}"
            );
        }
    }

    private sealed class MatrixTheoryData(string[] languages)
    {
        public TheoryData<int, bool, string> Rows
        {
            get
            {
                var rows = new TheoryData<int, bool, string>();
                foreach (var language in languages)
                {
                    rows.Add(1100, false, language);
                    rows.Add(390, true, language);
                }

                return rows;
            }
        }
    }
}
