"""The Chinese names of what is computed from the moments of items, for errors to say."""

from __future__ import annotations

_CHINESE = {
    "Bartlett's test": "Bartlett检验",
    "Cronbach's alpha": "Cronbach's α",
    "HTMT": "HTMT",
    "Harman's test": "Harman检验",
    "KMO": "KMO",
    "a bootstrap": "自助法",
    "a bootstrap of loadings": "载荷的自助法",
    "a correlation of items": "题项相关",
    "comparison data": "比较数据法",
    "cross-loadings": "交叉载荷",
    "exploratory factor analysis": "探索性因子分析",
    "factor analysis": "因子分析",
    "full collinearity": "完全共线性检验",
    "item analysis": "项目分析",
    "omega": "ω",
    "omega hierarchical": "层次ω",
    "parallel analysis": "平行分析",
    "parallel analysis of resampled answers": "以重抽样答案进行的平行分析",
    "reliability": "信度",
    "split-half reliability": "分半信度",
    "the analysis": "该分析",
    "the number of factors": "因子数",
    "the reduced correlation matrix": "缩减相关矩阵",
    "variance inflation": "方差膨胀因子",
}


def in_chinese(procedure: str) -> str:
    """Return the Chinese name of a procedure, or the name itself where it has none.

    Examples
    --------
    >>> in_chinese("parallel analysis")
    '平行分析'
    """
    return _CHINESE.get(procedure, procedure)
