namespace Plumbline.Moderation.Canonicalization.Language;

/// <summary>
/// How probable each letter is after another in languages written in Latin letters: −8·ln P(next | before), rounded, at most 63, as a digit each. A row per letter before, a column per
/// letter after; the first of both stands for everything that is no letter from a to z. Whitespace is layout.
/// </summary>
/// <remarks>
/// Counted on texts and word lists of Debian 12 in eight languages, accents taken off, weighted: English 50 % (fortunes), Italian 8 % (fortunes, manual pages), German 8 % (likewise), Spanish 8 %
/// (fortunes), Portuguese 6 % (fortunes), Swahili 7 %, Indonesian 7 % and Vietnamese 6 % (spelling dictionaries).
/// </remarks>
internal static class LetterPairData
{
    /// <summary>The digits, from 0 to 63.</summary>
    public const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

    /// <summary>27 rows of 27 digits.</summary>
    public const string Costs = """
        _JQONQSTRNcUQOQQPaTLIUXPiXh
        DiUSSodXaTgULOEaWtKMKVXcrUf
        QFZrtBfqwIi_LkrJtvLXdIqi_Rk
        NGpXrI__CM_RWxnEvsRhPPvz_g_
        AHtxeCxkbGu_glhHt_UXtQlk_c_
        9SeVQXdbhUmbORHbbqGLReYecch
        BJntyJPiqH_xUulFu_KjRLnw_i-
        AIn_wFwXNK_aTmVJt_MXeMrj_j_
        HDu_u9w_tH_xfkdIz_WkROzg_d_
        HPaNTNVTjonTOQEOavRIJeWfllb
        SBuruEuspFvkttsDr_gupEpi___
        EErzuEnqQG_vXrRMv_YRXI_b_h_
        EGijRFehhF_hIfqJjwtXUShj_Qt
        EDPmsDlttJuhkUiJN_mXfPve_Zr
        BMrTJLeGVOkcgrYMtppSLXjw_Xg
        CYZVVcPXgWnYQMFVU_IOQLYUujm
        JFkqsElsPL_vLqkGS_GXVNqr_gs
        ToV_tju_pm__qyYY_zRvv1bq_z_
        DHfZTEdZnIybaXWJhrWQQSgn_Vm
        8NqSrIorPK_egbhMVtsQHRwi_e_
        CJljuHwxDJ__fprIs_OWUQzd_aj
        HOWSXMZVeShVMNGST_KKKimgiag
        WHn-_6op_D__xrkIomcopSly_Xr
        JAqwrFx_GF_ugwVJ__VWte_e_j_
        BIqOmKipgF-wjntIIuooLMspjex
        5ObhoNwusW__ZgXDe_fQYbrg_o_
        KDcfwFxpXC_pfmZL-zccXIeS_hR
        """;
}
